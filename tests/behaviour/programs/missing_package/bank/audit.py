async def report(text):
    print(text)
