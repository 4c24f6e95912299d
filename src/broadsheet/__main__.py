"""Lets `python -m broadsheet` do what the command `broadsheet` does."""

from broadsheet.cli.main import main

if __name__ == "__main__":
    main(prog_name="broadsheet")
