"""The date of a thread is that of its first post, not the day on which the writer joined."""

from cleaners.clean import clean
from cleaners.model import Capture, DateSource, PageType

_POST = """
<div class="post has-profile" id="p{n}"><dl class="postprofile"><dt>
<a class="username">heron{n}</a></dt>
<dd class="profile-posts">Posts: 21</dd>
<dd class="profile-joined">Joined: 04 Jul 2012, 14:23</dd></dl>
<div class="postbody"><p class="author">by heron{n} » <time datetime="2024-09-1{n}T08:00:00">1{n}.
Sep 2024, 08:00</time></p><div class="content">{said}</div></div></div>"""
_SAID = (
    "My bilge pump runs every ten minutes even with the boat on the trailer. Any ideas?",
    "Check the float switch first, mine stuck half way up and kept the pump going all night.",
    "What heron2 said. And look at the seal of the hatch, rain comes in there on this model.",
    "Thanks both, it was the switch after all. A new one is on its way and I will report back.",
)


def test_a_thread_has_the_date_of_its_first_post() -> None:
    posts = "".join(_POST.format(n=n, said=said) for n, said in enumerate(_SAID, 1))
    html = (
        "<html lang='en'><head><title>Bilge pump runs - View topic</title></head>"
        "<body id='phpbb' class='section-viewtopic'><ul class='breadcrumbs'><li>Board index</li>"
        f"<li>Boats</li></ul><h2 class='topic-title'>Bilge pump runs</h2>{posts}"
        "<p>Who is online: no registered users</p></body></html>"
    )
    page = clean(Capture("thread.html", html.encode()))
    assert page.page_type is PageType.FORUM
    assert (page.published, page.published_source) == ("2024-09-11", DateSource.PAGE)
