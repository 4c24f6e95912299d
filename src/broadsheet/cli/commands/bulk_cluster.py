"""`broadsheet bulk cluster`: a file that makes a cluster for bulk runs."""

from __future__ import annotations

import click

from broadsheet.cli.group import verbose_option
from broadsheet.cli.lazy_commands import deferred


@click.command("cluster")
@click.option(
    "--kind",
    type=click.Choice(["ray", "kubernetes"]),
    default="ray",
    show_default=True,
    help="For the Ray launcher on machines of your own, or for Kubernetes with the KubeRay operator.",
)
@click.option("--model", required=True, metavar="NAME", help="The model that vLLM serves, such as Qwen/Qwen3-8B.")
@click.option("--head", metavar="HOST", help="ray: the machine that the others join.")
@click.option("--worker", "workers", multiple=True, metavar="HOST", help="ray: a machine that works; give each.")
@click.option("--user", metavar="NAME", help="ray: who logs in there by ssh (default: your name here).")
@click.option("--image", metavar="NAME", help="kubernetes: an image that holds Ray and Broadsheet.")
@click.option("--replicas", type=click.IntRange(min=1), default=4, show_default=True, help="kubernetes: workers.")
@click.option("--gpus", type=click.IntRange(min=1), default=1, show_default=True, help="kubernetes: vLLM servers.")
@verbose_option
@deferred
def bulk_cluster_command() -> None:
    """Prints a cluster for `--on ray`: vLLM where there are GPUs, and workers. Nothing is started.

    \b
    broadsheet bulk cluster --model Qwen/Qwen3-8B --head 10.0.0.1 --worker 10.0.0.2 > cluster.yaml
    broadsheet bulk cluster --kind kubernetes --model Qwen/Qwen3-8B --image registry.example/broadsheet > cluster.yaml
    """
