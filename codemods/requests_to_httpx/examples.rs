//! The examples of this codemod.

pub(super) const EXAMPLES: &str = "
# one call in a coroutine
+import httpx
-import requests


 async def fetch(url):
-    response = requests.get(url)
+    async with httpx.AsyncClient(follow_redirects=True, timeout=None) as client:
+        response = await client.get(url)
     return response.json()
";
