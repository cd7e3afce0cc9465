using System.Collections.Concurrent;
using System.Text.Json;
using ImageSearch.Core.Imaging;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Web.Tests.Support;

/// <summary>Stands in for ingest: takes what is a picture, and hands it to the test's system.</summary>
internal sealed class FakeIngest : PeerServer
{
    private int _imports;

    public FakeIngest()
    {
        App.Use(async (context, next) =>
        {
            try
            {
                await next(context);
            }
            catch (Exception e) when (e is InvalidDataException or IOException or JsonException or InvalidOperationException or NullReferenceException)
            {
                // What cannot be read: the real one says so, too.
                await Results.Problem("This cannot be read.", statusCode: 400, type: "urn:imagesearch:malformed").ExecuteAsync(context);
            }
        });
        App.MapPost("/images", UploadAsync).DisableAntiforgery();
        App.MapPost("/imports", async (HttpRequest request) =>
        {
            var import = (await request.ReadFromJsonAsync<ImportRequest>())!;
            if (import.Folder is not null)
            {
                return Results.Problem("No folder may be imported here: the operator has allowed none.", statusCode: 400, type: "urn:imagesearch:folder-not-allowed");
            }

            var id = $"import{Interlocked.Increment(ref _imports)}";
            Imports[id] = new ImportStatus(id, import.Urls?.Count ?? 0, 0, 0, 0, false, []) { Name = import.Urls is [var first, ..] ? first : "", Tags = import.Tags ?? [] };
            return Results.Accepted($"/imports/{id}", new { id });
        });
        App.MapGet("/imports", () => new ImportList([.. Imports.Values.OrderByDescending(import => import.Id, StringComparer.Ordinal)]));
        App.MapGet("/imports/{id}", (string id) => Imports.TryGetValue(id, out var status) ? Results.Ok(status) : UnknownImport());
        App.MapPost("/imports/{id}/cancel", (string id) => Change(id, ImportState.Cancelled));
        App.MapPost("/imports/{id}/resume", (string id) => Change(id, ImportState.Waiting));
        App.MapPost("/fetch", async (HttpRequest request) =>
        {
            var url = (await request.ReadFromJsonAsync<Dictionary<string, string>>())!["url"];
            return Pages.TryGetValue(url, out var content)
                ? Results.Bytes(content, "image/png")
                : Results.Problem("The address answered with status 404.", statusCode: 422, type: "urn:imagesearch:fetch-failed");
        });
    }

    /// <summary>What becomes of a picture that was taken in: its bytes, its name and its tags; true when it is new.</summary>
    public Func<byte[], string, string[], Task<bool>> Accept { get; set; } = (_, _, _) => Task.FromResult(true);

    public ConcurrentDictionary<string, ImportStatus> Imports { get; } = new();

    /// <summary>The web, as far as this ingest can reach it.</summary>
    public ConcurrentDictionary<string, byte[]> Pages { get; } = new();

    /// <summary>Files of each upload.</summary>
    public ConcurrentQueue<int> Uploads { get; } = new();

    private static IResult UnknownImport() => Results.Problem("There is no import with this id.", statusCode: 404, type: "urn:imagesearch:unknown-import");

    private IResult Change(string id, ImportState state)
    {
        if (!Imports.TryGetValue(id, out var status))
        {
            return UnknownImport();
        }

        Imports[id] = status with { State = state };
        return Results.Accepted($"/imports/{id}", Imports[id]);
    }

    private async Task<IResult> UploadAsync(HttpRequest request)
    {
        var form = await request.ReadFormAsync();
        Uploads.Enqueue(form.Files.Count);
        var images = new List<UploadedImage>();
        foreach (var file in form.Files)
        {
            using var content = new MemoryStream();
            await file.CopyToAsync(content);
            images.Add(await TakeAsync(content.ToArray(), file.FileName, [.. form["tag"]!]));
        }

        return images.Any(image => image.State != UploadState.Rejected)
            ? Results.Accepted(null, new UploadResponse(images))
            : Results.Problem(
                "None of the files was taken: see the reason of each in 'images'.", statusCode: 400, type: "urn:imagesearch:all-rejected",
                extensions: new Dictionary<string, object?> { ["images"] = images });
    }

    private async Task<UploadedImage> TakeAsync(byte[] content, string name, string[] tags)
    {
        try
        {
            _ = ImageInspector.Inspect(content, new ImageLimits());
            return new UploadedImage(ImageId.Of(content), await Accept(content, name, tags) ? UploadState.Accepted : UploadState.Duplicate, null, name);
        }
        catch (InvalidImageException e)
        {
            return new UploadedImage(null, UploadState.Rejected, e.Message, name);
        }
    }
}
