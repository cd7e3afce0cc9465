using ImageSearch.Client.Images;
using ImageSearch.Client.Search;

namespace ImageSearch.Client.Tests.Conformance;

/// <summary>Every call of the client, with everything that can be given.</summary>
internal static class Calls
{
    private static readonly ImageId Id = ImageId.Parse(new string('a', 64));

    private static readonly SearchOptions Search = new()
    {
        K = 5,
        Model = "layout",
        MinScore = 0.25,
        Tag = "pets",
        Crop = new CropRectangle(0, 0, 0.5, 1),
        Ef = 100,
        Group = true,
        Relevant = true,
        Next = true,
        Sticky = "me",
        Deadline = TimeSpan.FromSeconds(1),
    };

    private static UploadFile File => UploadFile.FromBytes(new byte[] { 1, 2, 3 }, "a.png");

    public static IReadOnlyList<ClientCall> All { get; } =
    [
        new("search", async client => await client.SearchAsync(SearchQuery.ByFile(File), Search)),
        new("search", async client => await client.SearchAsync(SearchQuery.ByUrl("https://example.org/a.png"), Search)),
        new("search", async client => await client.SearchAsync(SearchQuery.ById(Id), Search)),
        new("search", async client => await client.SearchAsync(SearchQuery.ByExamples([Id], [Id]), Search)),
        new("search", async client => await client.SearchAsync(SearchQuery.ByFileAndExamples(File, [Id], [Id]).AndText("a red car"), Search)),
        new("search", async client => await client.SearchAsync(SearchQuery.ById(Id).AndText("at night"), Search)),
        new("searchByText", async client => await client.SearchAsync(SearchQuery.ByText("a red car"), Search)),
        new("search", async client => await client.SearchNextAsync("cursor", Search)),
        new("searchBatch", async client => await client.SearchBatchAsync([SearchQuery.ByFile(File), SearchQuery.ByFile(File)], Search)),
        new("searchBatch", async client => await client.SearchBatchAsync([SearchQuery.ByUrl("https://example.org/a.png"), SearchQuery.ById(Id)], Search)),
        new("similarImages", async client => await client.Images.GetSimilarAsync(Id, Search)),

        new("addImages", async client => await client.Images.UploadAsync([File], new UploadOptions { Tags = ["pets"], IdempotencyKey = "key" })),
        new("listImages", async client => await client.Images.GetPageAsync(
            new ImageFilter { State = ImageState.Failed, Model = "layout", Tag = "pets" }, 10, "cursor")),
        new("getImage", async client => await client.Images.GetAsync(Id)),
        new("getImageContent", async client => await DrainAsync(await client.Images.OpenContentAsync(Id))),
        new("getImageThumbnail", async client => await DrainAsync(await client.Images.OpenThumbnailAsync(Id, 64))),
        new("deleteImage", async client => await NothingAsync(client.Images.DeleteAsync(Id))),
        new("deleteImages", async client => await client.Images.DeleteAsync([Id])),
        new("tagImages", async client => await client.Images.TagAsync([Id], ["a"], ["b"])),
        new("retryImage", async client => await client.Images.RetryAsync(Id, "layout")),
        new("retryImages", async client => await client.Images.RetryFailedAsync("layout")),
        new("imageEvents", async client => await DrainAsync(client.Images.WatchAsync([Id]))),

        new("startImport", async client => await client.Imports.StartAsync(["https://example.org/a.png"], ["pets"])),
        new("startImport", async client => await client.Imports.StartFolderAsync("pictures", ["pets"])),
        new("listImports", async client => await client.Imports.ListAsync()) { Member = "imports" },
        new("getImport", async client => await client.Imports.GetAsync("import1")),
        new("cancelImport", async client => await client.Imports.CancelAsync("import1")),
        new("resumeImport", async client => await client.Imports.ResumeAsync("import1")),
        new("importEvents", async client => await DrainAsync(client.Imports.WatchAsync("import1"))),

        new("listFailures", async client => await client.Failures.GetPageAsync("layout", "broken", 10, "cursor")),
        new("retryFailures", async client => await client.Failures.RetryAsync(new FailuresRequest { Ids = [Id.ToString()], Model = "layout", Reason = "broken" })),
        new("discardFailures", async client => await client.Failures.DiscardAsync(new FailuresRequest { Ids = [Id.ToString()], Model = "layout", Reason = "broken" })),

        new("listKeys", async client => await client.Keys.ListAsync()) { Member = "keys" },
        new("createKey", async client => await client.Keys.CreateAsync("me", ApiScope.Write)),
        new("revokeKey", async client => await NothingAsync(client.Keys.RevokeAsync("key1"))),

        new("listModels", async client => await client.GetModelsAsync()) { Member = "models" },
        new("getSystem", async client => await client.GetSystemAsync()),
    ];

    private static async Task<object?> NothingAsync(Task call)
    {
        await call;
        return null;
    }

    private static async Task<object?> DrainAsync(Stream content)
    {
        await using (content)
        {
            await content.CopyToAsync(Stream.Null);
        }

        return null;
    }

    private static async Task<object?> DrainAsync<T>(IAsyncEnumerable<T> events)
    {
        await foreach (var _ in events)
        {
        }

        return null;
    }
}
