"""The door as a web application: its routes, and what is done at each. A GET changes nothing, whoever follows it."""

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
from broadsheet.web.archive import ServedArchive
from broadsheet.web.links import Purpose
from broadsheet.web.middleware import BoundedApplication
from broadsheet.web.pages import Pages, language_for
from broadsheet.web.security import ONE_CLICK, client_of, from_our_page, read_form
from broadsheet.web.service import SubscriptionService, wishes_of

SAYING = {404: "missing", 405: "missing", 413: "busy", 421: "missing", 429: "often", 403: "foreign"}


@dataclasses.dataclass(frozen=True)
class AppContext:
    """What the routes share: the desk, the pages, the address of the door, whom it believes."""

    desk: SubscriptionService
    pages: Pages
    url: str
    frequencies: tuple[str, ...]
    trust_proxy: bool

    async def subscribe_page(self, request: Request) -> Response:
        """The form."""
        return self.pages.page("subscribe", language=self._spoken(request), address="", wrong=False)

    async def subscribe(self, request: Request) -> Response:
        """Notes who asks; the answer is the same for an address that is known and one that is not."""
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
        """The button; mail scanners follow links, and must not subscribe anybody."""
        who = await self._who(request, "confirm")
        return self.pages.page("confirm", language=self._theirs(request, who), token=request.path_params["token"])

    async def confirm(self, request: Request) -> Response:
        """Makes a subscription count; a link that was used and then left by counts no more."""
        who = await self._who(request, "confirm")
        await self._form_of_ours(request)
        found = await self.desk.do(lambda db: confirm(db, who.public, now=self.desk.now())) if who else None
        if found is None:
            return self.pages.said("dead", language=self._theirs(request, who), status=404)
        token = self.desk.links.preferences(found.public).rpartition("/")[2]
        return self.pages.page("confirmed", language=self._theirs(request, found), preferences=token)

    async def leave_page(self, request: Request) -> Response:
        """The button."""
        who = await self._who(request, "leave")
        return self.pages.page("leave", language=self._theirs(request, who), token=request.path_params["token"])

    async def leave(self, request: Request) -> Response:
        """Ends a subscription: by our button, or by one click in a mail program, which sends no Origin."""
        who = await self._who(request, "leave")
        form = await self._form(request)
        if not ONE_CLICK.items() <= form.items():
            self._ours_only(request)
        if who:
            await self.desk.do(lambda db: leave(db, who.public, now=self.desk.now()))
        return self.pages.page("left", language=self._theirs(request, who))

    async def preferences_page(self, request: Request) -> Response:
        """The form, filled in as things stand."""
        return self._preferences(request, await self._who(request, "preferences"), saved=False)

    async def preferences(self, request: Request) -> Response:
        """Notes what a subscriber wants."""
        who = await self._who(request, "preferences")
        form = await self._form_of_ours(request)
        wishes = wishes_of(form, frequencies=self.frequencies)
        found = await self.desk.do(lambda db: prefer(db, who.public, wishes)) if who else None
        return self._preferences(request, found, saved=True)

    async def health(self, request: Request) -> Response:
        """Whether the door can do its work: a word for whoever watches it."""
        await self.desk.do(lambda db: db.execute("SELECT count(*) FROM secrets").fetchone())
        return PlainTextResponse("ok\n")

    async def failed(self, request: Request, error: Exception) -> Response:
        """A page for what went wrong."""
        status = error.status_code if isinstance(error, HTTPException) else 503
        headers = error.headers if isinstance(error, HTTPException) else None
        page = self.pages.said(SAYING.get(status, "busy"), language=self._spoken(request), status=status)
        page.headers.update(headers or {})
        return page

    async def dead(self, request: Request, error: Exception) -> Response:
        """The page for a token that does not count."""
        return self.pages.said("dead", language=self._spoken(request), status=404)

    def _preferences(self, request: Request, who: Subscriber | None, *, saved: bool) -> Response:
        if who is None or who.state != "active":
            return self.pages.said("dead", language=self._theirs(request, who), status=404)
        languages = {code: each.own_name for code, each in complete_languages().items()}
        if who.language:
            languages.setdefault(who.language, who.language)
        return self.pages.page(
            "preferences",
            language=self._theirs(request, who),
            subscriber=who,
            saved=saved,
            token=request.path_params["token"],
            leave=self.desk.links.leave(who.public).rpartition("/")[2],
            frequencies=self.frequencies,
            languages=list(languages.items()),
        )

    async def _who(self, request: Request, purpose: Purpose) -> Subscriber | None:
        """The subscriber a link is for, `None` for one forgotten since; raises `DeadLink` for no link of ours."""
        public = self.desk.links.read(purpose, request.path_params["token"], now=self.desk.now())
        if public is not None:
            return await self.desk.do(lambda db: by_public(db, public))
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


class DeadLink(Exception):
    """A token that does not count."""


def create_app(room: AppContext, archive: Path | None, listens: str) -> BoundedApplication:
    """The whole application, listening on a host; the desk is closed by whoever opened it."""
    routes = [
        *_both("/subscribe", room.subscribe_page, room.subscribe),
        *_both("/confirm/{token}", room.confirm_page, room.confirm),
        *_both("/leave/{token}", room.leave_page, room.leave),
        *_both("/preferences/{token}", room.preferences_page, room.preferences),
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
