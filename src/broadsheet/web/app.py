"""The routes of the web application and their handlers; a GET request never changes anything."""

from __future__ import annotations

import dataclasses
import sqlite3
from collections.abc import Awaitable, Callable
from pathlib import Path

from starlette.applications import Starlette
from starlette.background import BackgroundTask
from starlette.exceptions import HTTPException
from starlette.requests import Request
from starlette.responses import PlainTextResponse, Response
from starlette.routing import Mount, Route

from broadsheet.errors import BadAddress, BroadsheetError
from broadsheet.locale.translations import complete_languages
from broadsheet.mailing.addresses import parse_address
from broadsheet.mailing.subscribers import Subscriber, by_public, confirm, leave, prefer
from broadsheet.models import Paper
from broadsheet.rendering.text import plain, truncate
from broadsheet.store.subscriber_stars import drop_star, drop_stars, find_paper, keep_star, stars_of
from broadsheet.web.archive import ServedArchive
from broadsheet.web.links import Purpose
from broadsheet.web.middleware import BoundedApplication
from broadsheet.web.pages import Pages, language_for
from broadsheet.web.security import ONE_CLICK, client_of, from_our_page, read_form
from broadsheet.web.service import SubscriptionService, wishes_of

SAYING = {400: "foreign", 404: "missing", 405: "missing", 413: "busy", 421: "missing", 429: "often", 403: "foreign"}


@dataclasses.dataclass(frozen=True)
class AppContext:
    """What the handlers share: the subscription service, the pages, the site's address, whether a proxy is trusted."""

    desk: SubscriptionService
    pages: Pages
    url: str
    frequencies: tuple[str, ...]
    trust_proxy: bool

    async def subscribe_page(self, request: Request) -> Response:
        """The form to subscribe."""
        return self.pages.page("subscribe", language=self._spoken(request), address="", wrong=False)

    async def subscribe(self, request: Request) -> Response:
        """Records a request to subscribe; the response does not reveal whether the address is known."""
        language = self._spoken(request)
        form = await self._form_of_ours(request)
        typed = form.get("address", "")[:1000]
        try:
            address = parse_address(typed)
        except BadAddress:
            return self.pages.page("subscribe", language=language, status=400, address=typed, wrong=True)
        welcome = await self.desk.welcome(address, self._client(request))
        if welcome.too_often:
            raise HTTPException(429, headers={"Retry-After": "60"})
        answer = self.pages.page("asked", language=language)
        answer.background = BackgroundTask(self.desk.post, welcome)
        return answer

    async def confirm_page(self, request: Request) -> Response:
        """The page with the button to confirm: mail scanners follow links and must not confirm by a GET."""
        who = await self._who(request, "confirm")
        return self.pages.page("confirm", language=self._theirs(request, who), token=request.path_params["token"])

    async def confirm(self, request: Request) -> Response:
        """Confirms a subscription; a used link is invalid once the subscriber has left."""
        who = await self._who(request, "confirm")
        await self._form_of_ours(request)
        found = await self.desk.do(lambda db: confirm(db, who.public, now=self.desk.now())) if who else None
        if found is None:
            return self.pages.said("dead", language=self._theirs(request, who), status=404)
        token = self.desk.links.preferences(found.public).rpartition("/")[2]
        return self.pages.page("confirmed", language=self._theirs(request, found), preferences=token)

    async def leave_page(self, request: Request) -> Response:
        """The page with the button to unsubscribe."""
        who = await self._who(request, "leave")
        return self.pages.page("leave", language=self._theirs(request, who), token=request.path_params["token"])

    async def leave(self, request: Request) -> Response:
        """Ends a subscription, by the button or by one click in a mail program (RFC 8058), which sends no Origin."""
        who = await self._who(request, "leave")
        form = await self._form(request)
        if not ONE_CLICK.items() <= form.items():
            self._ours_only(request)
        if who:
            await self.desk.do(lambda db: leave(db, who.public, now=self.desk.now()))
        return self.pages.page("left", language=self._theirs(request, who))

    async def preferences_page(self, request: Request) -> Response:
        """The form of preferences, with the current values."""
        return await self._preferences(request, await self._who(request, "preferences"), saved=False)

    async def preferences(self, request: Request) -> Response:
        """Stores a subscriber's preferences."""
        who = await self._who(request, "preferences")
        form = await self._form_of_ours(request)
        if not form:  # ours is never empty: what could not be read must not blank what is kept
            raise HTTPException(400)
        wishes = wishes_of(form, frequencies=self.frequencies)
        found = await self.desk.do(lambda db: prefer(db, who.public, wishes)) if who else None
        return await self._preferences(request, found, saved=True)

    async def take_stars(self, request: Request) -> Response:
        """Takes one star away, or all of them, from the page of preferences."""
        who = await self._who(request, "preferences")
        form = await self._form_of_ours(request)
        if "all" not in form and "paper" not in form:
            raise HTTPException(400)
        if who and "all" in form:
            await self.desk.do(lambda db: drop_stars(db, who.id))
        elif who:
            await self.desk.do(lambda db: drop_star(db, who.id, form["paper"]))
        return await self._preferences(request, who, saved=True)

    async def star_page(self, request: Request) -> Response:
        """The page with the button to star a paper, or to take the star back."""
        return await self._star(request, *await self._who_and_paper(request), saved=False)

    async def star(self, request: Request) -> Response:
        """Gives a star, or takes it back."""
        who, paper = await self._who_and_paper(request)
        wanted = (await self._form_of_ours(request)).get("star")
        if wanted not in ("give", "take"):
            raise HTTPException(400)
        if who and paper:
            now = self.desk.now()
            await self.desk.do(
                lambda db: (
                    keep_star(db, who.id, paper, now=now) if wanted == "give" else drop_star(db, who.id, paper.key)
                )
            )
        return await self._star(request, who, paper, saved=True)

    async def health(self, request: Request) -> Response:
        """A health check for monitoring: whether the state file can be used."""
        await self.desk.do(lambda db: db.execute("SELECT count(*) FROM secrets").fetchone())
        return PlainTextResponse("ok\n")

    async def failed(self, request: Request, error: Exception) -> Response:
        """The page for an error."""
        status = error.status_code if isinstance(error, HTTPException) else 503
        headers = error.headers if isinstance(error, HTTPException) else None
        page = self.pages.said(SAYING.get(status, "busy"), language=self._spoken(request), status=status)
        page.headers.update(headers or {})
        return page

    async def dead(self, request: Request, error: Exception) -> Response:
        """The page for an invalid token."""
        return self.pages.said("dead", language=self._spoken(request), status=404)

    async def _star(self, request: Request, who: Subscriber | None, paper: Paper | None, *, saved: bool) -> Response:
        if who is None or who.state != "active" or paper is None:
            return self.pages.said("dead", language=self._theirs(request, who), status=404)
        stars = await self.desk.do(lambda db: stars_of(db, who.id))
        return self.pages.page(
            "star",
            language=self._theirs(request, who),
            paper=shown_title(paper),
            starred=paper.key in {star.paper.key for star in stars},
            saved=saved,
            token=request.path_params["token"],
            preferences=self.desk.links.preferences(who.public).rpartition("/")[2],
        )

    async def _preferences(self, request: Request, who: Subscriber | None, *, saved: bool) -> Response:
        if who is None or who.state != "active":
            return self.pages.said("dead", language=self._theirs(request, who), status=404)
        languages = {code: each.own_name for code, each in complete_languages().items()}
        if who.language:
            languages.setdefault(who.language, who.language)
        stars = await self.desk.do(lambda db: stars_of(db, who.id))
        return self.pages.page(
            "preferences",
            language=self._theirs(request, who),
            subscriber=who,
            saved=saved,
            token=request.path_params["token"],
            leave=self.desk.links.leave(who.public).rpartition("/")[2],
            frequencies=self.frequencies,
            languages=list(languages.items()),
            stars=[(star.paper.key, shown_title(star.paper)) for star in stars],
        )

    async def _who(self, request: Request, purpose: Purpose) -> Subscriber | None:
        """The subscriber of a link, `None` for one erased since; raises `DeadLink` for an invalid token."""
        public = await self._signed(request, purpose)
        return await self.desk.do(lambda db: by_public(db, public))

    async def _who_and_paper(self, request: Request) -> tuple[Subscriber | None, Paper | None]:
        """The subscriber and the paper of a link to star it."""
        public, _, word = (await self._signed(request, "star")).partition(".")
        return await self.desk.do(lambda db: (by_public(db, public), find_paper(db, word)))

    async def _signed(self, request: Request, purpose: Purpose) -> str:
        """What a link's token holds; raises `DeadLink` for an invalid one, and counts who posts such."""
        signed = self.desk.links.read(purpose, request.path_params["token"], now=self.desk.now())
        if signed is not None:
            return signed
        if request.method == "POST" and not await self.desk.knock(self._client(request)):
            raise HTTPException(429, headers={"Retry-After": "60"})
        raise DeadLink

    async def _form(self, request: Request) -> dict[str, str]:
        return read_form(request.headers.get("content-type", ""), await request.body())

    async def _form_of_ours(self, request: Request) -> dict[str, str]:
        self._ours_only(request)
        return await self._form(request)

    def _ours_only(self, request: Request) -> None:
        if not from_our_page(request.headers, url=self.url):
            raise HTTPException(403)

    def _client(self, request: Request) -> str:
        return client_of(request.client.host if request.client else "", request.headers, trust_proxy=self.trust_proxy)

    def _spoken(self, request: Request) -> str:
        return language_for(request.headers.get("accept-language", ""), self.pages.language)

    def _theirs(self, request: Request, who: Subscriber | None) -> str:
        return who.language if who and who.language else self._spoken(request)


def shown_title(paper: Paper) -> str:
    """The title of a paper as a page shows it; without one, its key."""
    return truncate(plain(paper.title), 300) or paper.key


class DeadLink(Exception):
    """An invalid or expired token."""


def create_app(room: AppContext, archive: Path | None, listens: str) -> BoundedApplication:
    """The ASGI application for the host `listens`; the caller closes the subscription service."""
    routes = [
        *_both("/subscribe", room.subscribe_page, room.subscribe),
        *_both("/confirm/{token}", room.confirm_page, room.confirm),
        *_both("/leave/{token}", room.leave_page, room.leave),
        *_both("/preferences/{token}", room.preferences_page, room.preferences),
        *_both("/preferences/{token}/stars", room.preferences_page, room.take_stars),
        *_both("/star/{token}", room.star_page, room.star),
        Route("/health", room.health, methods=["GET"]),
        Mount("/", ServedArchive(archive, base=room.pages.base)),
    ]
    failures: dict[int | type[Exception], Callable[[Request, Exception], Awaitable[Response]]] = {
        HTTPException: room.failed,
        DeadLink: room.dead,
        BroadsheetError: room.failed,
        sqlite3.Error: room.failed,
    }
    app = Starlette(routes=routes, exception_handlers=failures)
    app.router.redirect_slashes = False
    return BoundedApplication(app, url=room.url, base=room.pages.base, listens=listens)


Answer = Callable[[Request], Awaitable[Response]]


def _both(path: str, get: Answer, post: Answer) -> tuple[Route, Route]:
    return Route(path, get, methods=["GET"]), Route(path, post, methods=["POST"])
