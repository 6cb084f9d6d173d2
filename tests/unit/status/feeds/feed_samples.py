"""Feeds in the shapes of real ones: a provider's status page (Atom, text in HTML), releases at GitHub (Atom), RSS."""

from xml.sax.saxutils import escape


def hetzner(*entries: tuple[str, str, str, str]) -> bytes:
    """A status feed as Hetzner's: each entry with its number, title, time and text; past and present mixed."""
    parts = "".join(
        f"""
  <entry>
    <title>{escape(title)}</title>
    <link href="https://status.provider.example/incident/{number}"/>
    <id>https://status.provider.example/incident/{number}</id>
    <updated>{updated}</updated>
    <summary type="html">{escape(text)}</summary>
  </entry>"""
        for number, title, updated, text in entries
    )
    return f"""<?xml version="1.0" encoding="utf-8"?>
<feed xmlns="http://www.w3.org/2005/Atom">
  <title>Provider Status</title>
  <subtitle>Status of our systems</subtitle>
  <link href="https://status.provider.example/en.atom" rel="self"/>
  <link href="https://status.provider.example/"/>
  <updated>2026-05-04T11:00:00+00:00</updated>
  <id>https://status.provider.example/</id>{parts}
</feed>
""".encode()


FAULT = (
    "a1",
    "Fault report: network FSN1-DC14",
    "2026-05-04T11:20:00+00:00",
    "<p>There is a <strong>fault</strong> in the network.</p><p>We are working on it.</p>",
)
WORK = ("b2", "Maintenance work: storage boxes", "2026-05-03T08:00:00+00:00", "<p>Planned for next week.</p>")

GITHUB = b"""<?xml version="1.0" encoding="UTF-8"?>
<feed xmlns="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/" xml:lang="en-US">
  <id>tag:github.com,2008:https://github.com/mastodon/mastodon/releases</id>
  <link type="text/html" rel="alternate" href="https://github.com/mastodon/mastodon/releases"/>
  <link type="application/atom+xml" rel="self" href="https://github.com/mastodon/mastodon/releases.atom"/>
  <title>Release notes from mastodon</title>
  <updated>2026-05-02T15:00:00Z</updated>
  <entry>
    <id>tag:github.com,2008:Repository/51217558/v4.9.1</id>
    <updated>2026-05-02T15:00:00Z</updated>
    <link rel="alternate" type="text/html" href="https://github.com/mastodon/mastodon/releases/tag/v4.9.1"/>
    <title>v4.9.1</title>
    <content type="html">&lt;blockquote&gt;&lt;p&gt;Important&lt;/p&gt;&lt;/blockquote&gt;&lt;h2&gt;Security&lt;/h2&gt;
&lt;ul&gt;&lt;li&gt;Fix &lt;a href=&quot;https://github.com/x&quot;&gt;a &amp;amp; b&lt;/a&gt;&lt;/li&gt;
&lt;li&gt;Fix c&lt;/li&gt;&lt;/ul&gt;
&lt;script&gt;alert(1)&lt;/script&gt;</content>
    <author><name>mastodon</name></author>
    <media:thumbnail height="30" width="30" url="https://avatars.example/u/1"/>
  </entry>
</feed>
"""

RSS = b"""<?xml version="1.0"?>
<rss version="2.0"><channel>
  <title>News</title><link>https://news.example/</link>
  <item><title>Fire &amp; water</title><link>/relative</link><guid isPermaLink="false">n1</guid>
    <pubDate>Mon, 04 May 2026 10:00:00 +0200</pubDate><description>Less than 3 &lt; 4.</description></item>
  <item><title>Undated</title><link>javascript:alert(1)</link><description>*no* [markup](x)</description></item>
</channel></rss>
"""

PAGE = b"<!DOCTYPE html><html><head><title>Status</title></head><body><p>All is well</p></body></html>"
