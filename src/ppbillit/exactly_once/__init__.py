"""How a write happens at most once, although any answer may be lost and any process may die.  Read this first.

1. *On disk first.*  The attempt (what is written, under which idempotency key) is committed and synced before
   the request leaves.  A run that dies after it leaves it for the next one to resolve.
2. *Our key on the document.*  Every document carries `plugandpay-<tenant>-<order>` and can be looked up by it:
   what an unanswered attempt made is found and taken over.
3. *The same idempotency key on every try*, made from the order and the number of the attempt: a second machine
   makes the same one, and Billit itself stops a second request.
4. *Believed lost only slowly.*  An attempt is made again only after two searches, a delay apart, found nothing;
   and under another key only where Billit has said that the first one was used.

`write_once` makes every such write; what does no harm when it is made twice, `write_again` makes without 1 and 4.
Nothing else makes a write.  `writes` are the writes there are;
`resolve` is the one rule by which an unanswered attempt is believed lost; `dry_run` reads for real and writes in
memory.  The whole protocol, what each test shows and which limits remain: `docs/exactly-once.md`.
"""
