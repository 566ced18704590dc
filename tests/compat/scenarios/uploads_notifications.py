"""Uploads beyond the first: fields, names, ranges, conditional requests, presigned addresses; the feed of the dashboard."""


def run(c):
    r = c.admin.post("/uploads", files=[("files", ("note.txt", b"hello upload", "text/plain")), ("files", ("a b.csv", b"1,2", "text/csv")), ("files", ("pixel.png", b"\x89PNG\r\n\x1a\n", "image/png"))])
    note, table = r["files.0.id"], r["files.1.id"]
    for fields in ("id", "url", "-url", "+id", "*", "id,foo", "foo"):
        c.admin.get(f"/uploads/{note}", {"fields": fields}, name=f"fields={fields}")
    c.admin.get(f"/uploads/{note}", {"x": "1"}, name="unknown parameter")
    c.admin.get("/uploads/nothing.txt", name="unknown file")

    def path(url):
        return url[url.find("/", 8):] if url.startswith("http") else "/missing"

    for name, url in (("text", r["files.0.url"]), ("csv with a blank in its name", r["files.1.url"]), ("image", r["files.2.url"])):
        c.open.get(path(url), name=f"static {name}")
    url = path(r["files.0.url"])
    c.open.get(url, headers={"range": "bytes=0-3"}, name="first bytes")
    c.open.get(url, headers={"range": "bytes=6-"}, name="from the sixth byte on")
    c.open.get(url, headers={"range": "bytes=-4"}, name="last bytes")
    c.open.get(url, headers={"range": "bytes=12-"}, name="bytes beyond the end")
    c.open.get(url, headers={"if-modified-since": "Sun, 22 Nov 2037 19:56:41 GMT"}, name="not modified")
    c.open.get("/static/nothing.txt", name="static unknown")
    c.open.get("/static/..%2fpackage.json", name="static outside")
    c.open.post(url, name="static POST")

    c.admin.post("/uploads", files=[("files", ("no-extension", b"a", "text/plain"))], name="no extension")
    c.admin.post("/uploads", files=[("files", ("../../up.txt", b"a", "text/plain"))], name="name with a path")
    c.admin.post("/uploads", files=[("files", ("empty.txt", b"", "text/plain"))], name="empty file")
    c.admin.post("/uploads", params={"access": "private"}, files=[("files", ("a.txt", b"a", "text/plain"))], name="unknown parameter of an upload")
    for media in ("text/csv", "image/jpeg", "image/svg+xml", "IMAGE/PNG", "application/vnd.ms-excel", "text/plain; charset=utf-8", "foo/bar"):
        c.admin.post("/uploads/presigned-urls", {"originalname": "name.bin", "size": 1.5, "mime_type": media}, name=f"presigned {media}")
    for media in ("", "xx", "text/", "/x", "a/b/c"):
        c.admin.post("/uploads/presigned-urls", {"originalname": "name.bin", "size": 1, "mime_type": media}, name=f"presigned refused {media!r}")
    body = {"originalname": "a.csv", "size": 1, "mime_type": "text/csv"}
    c.admin.post("/uploads/presigned-urls", {**body, "access": "private"}, name="presigned private")
    c.admin.post("/uploads/presigned-urls", {**body, "access": "nobody"}, name="presigned unknown access")
    c.admin.post("/uploads/presigned-urls", {**body, "zz": 1}, name="presigned unknown field")
    c.admin.post("/uploads/presigned-urls", {**body, "size": "1"}, name="presigned size as text")
    for id in (note, table):
        c.admin.delete(f"/uploads/{id}", name="delete")
    c.admin.delete(f"/uploads/{note}", name="delete again")
    c.open.get(url, name="static deleted")

    page = {"fields": "id,channel", "limit": 1}
    c.admin.get("/notifications", {"id": "noti_unknown"}, name="notifications by id")
    c.admin.get("/notifications", {"channel": f"none-{c.uid}", **page}, name="notifications of no channel")
    c.admin.get("/notifications", {"to": f"nobody-{c.uid}@example.com", **page}, name="notifications to nobody")
    c.admin.get("/notifications", {"q": f"nobody-{c.uid}", **page}, name="notifications search")
    for parameter in ("template", "created_at", "resource_id", "status"):
        c.admin.get("/notifications", {parameter: "x"}, name=f"notifications by {parameter}")
    c.admin.get("/notifications", {"order": "foo"}, name="notifications by an unknown order")
    c.admin.get("/notifications", {"offset": "-1"}, name="notifications before the first")
    c.admin.get("/notifications/noti_unknown", name="unknown notification")
    c.open.get("/admin/notifications", name="notifications for nobody")
