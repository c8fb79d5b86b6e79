"""The posts of a case: who writes what, where and when."""

from collections.abc import Iterator
from dataclasses import dataclass

from devtools.khoros.networks import Network
from devtools.khoros.phrases import EMOJI
from devtools.seeding.dice import spell
from devtools.seeding.people import Account
from devtools.seeding.plan import Brand, Plan, posts_before, posts_of
from devtools.seeding.scenes import Scene
from devtools.seeding.stories import EARLY_POSTS, Story

_PRIVATE_PERCENT, _ELSEWHERE_PERCENT, _EMOJI_PERCENT = 50, 50, 15


@dataclass(frozen=True, slots=True)
class Post:
    """A post as its row says it; `handle` and `name` are its author's."""

    id: int
    author_id: int
    handle: str
    name: str
    by_brand: bool
    service: str
    service_id: str
    content_type: str
    body: str
    link_url: str
    created: float


def write_posts(plan: Plan, scene: Scene, story: Story) -> list[Post]:
    """Return the posts of a case in time order; the last ones may have come after it was opened."""
    first = scene.who.accounts[0]
    texts = list(_texts(scene, posts_of(scene.index), story))
    return [
        _post(plan, scene, (place, text), first, at)
        for place, text, at in zip(range(len(texts)), texts, _moments(scene, story), strict=True)
    ]


def _texts(scene: Scene, number: int, story: Story) -> Iterator[str]:
    """Yield what is said in turns: the customer begins, the brand answers, and so on."""
    language, dice = scene.language, scene.dice
    topic = language.topics[scene.topic]
    praise = scene.topic == "praise"
    settled = story.closed_at is not None
    turns = (
        language.brand["praise" if praise else "ask"],
        topic.details,
        language.brand["praise" if praise else "close" if settled else "update"],
        language.thanks if settled or praise else language.nudges,
    )
    yield scene.opening
    for place, texts in enumerate(turns[: number - 1]):
        text = scene.say(dice.one_of(texts))
        by_customer = place % 2 == 1
        yield f"{text} {dice.one_of(EMOJI)}" if by_customer and _is_moved(scene) else text


def _is_moved(scene: Scene) -> bool:
    return scene.dice.chance(_EMOJI_PERCENT)


def _moments(scene: Scene, story: Story) -> list[float]:
    number = posts_of(scene.index)
    early = min(number, EARLY_POSTS)
    step = (story.created - scene.begins) / (early + 1)
    moments = [scene.begins + step * n for n in range(early)]
    if story.late_posts_at is not None:
        step = (story.late_posts_at - story.created) / (number - early + 1)
        moments += [story.created + step * (n + 1) for n in range(number - early)]
    return moments


def _post(plan: Plan, scene: Scene, turn: tuple[int, str], first: Account, at: float) -> Post:
    place, body = turn
    post_id = plan.firsts.interaction + posts_before(scene.index) + place
    by_brand = place % 2 == 1
    account = first if place == 0 or by_brand else _account(scene)
    network = account.network
    brand = scene.dice.one_of(plan.brands[network.service]) if by_brand else None
    # No one but the two who write can open a private message: it has no link.
    private = place > 1 and bool(network.private) and scene.dice.chance(_PRIVATE_PERCENT)
    number = post_id
    if place == 0:
        number = plan.firsts.interaction + posts_before(scene.origin)
    service_id = spell(network.post_id, number)
    author = brand or _shown(scene, account)
    return Post(
        id=post_id,
        author_id=author.id,
        handle=author.handle,
        name=author.name,
        by_brand=by_brand,
        service=network.service,
        service_id=service_id,
        content_type=_content_type(network, place, private),
        body=body,
        link_url="" if private else _link(plan, scene, network, service_id, author.handle),
        created=at,
    )


def _account(scene: Scene) -> Account:
    """Return where the customer goes on: some try their second network after the first."""
    accounts = scene.who.accounts
    elsewhere = len(accounts) > 1 and scene.dice.chance(_ELSEWHERE_PERCENT)
    return accounts[-1 if elsewhere else 0]


def _shown(scene: Scene, account: Account) -> Brand:
    return Brand(account.id, account.handle, scene.who.name)


def _content_type(network: Network, place: int, private: bool) -> str:
    if private:
        return network.private
    return network.reply if place else network.opening


def _link(plan: Plan, scene: Scene, network: Network, service_id: str, handle: str) -> str:
    thread = spell(network.thread_id, plan.firsts.case + scene.origin)
    return network.link.format(thread=thread, id=service_id, handle=handle)
