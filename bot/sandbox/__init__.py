"""Stand-ins for the outside world on loopback: a mailbox, a Slack workspace and a page to see both.

Development tools: `madoguchi demo` shows them, the tests run against them. They keep everything in
memory and listen on 127.0.0.1 only.
"""
