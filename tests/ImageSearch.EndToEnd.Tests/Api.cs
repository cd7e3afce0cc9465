using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text.Json;
using System.Text.Json.Nodes;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests;

/// <summary>The public REST API as a client sees it: raw JSON, no type of ours, so that the names on the wire are tested too.</summary>
internal sealed class Api(HttpClient web)
{
    public HttpClient Http { get; } = web;

    public async Task<List<JsonNode>> UploadAsync(IEnumerable<Picture> pictures, params string[] tags)
    {
        var images = new List<JsonNode>();
        foreach (var chunk in pictures.Chunk(50))
        {
            using var answer = await PostImagesAsync(chunk, tags);
            Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
            Assert.Equal(HttpStatusCode.Accepted, answer.StatusCode);
            images.AddRange((await JsonAsync(answer))["images"]!.AsArray().Select(image => image!));
        }

        return images;
    }

    public Task<HttpResponseMessage> PostImagesAsync(IEnumerable<Picture> pictures, params string[] tags)
    {
        var form = new MultipartFormDataContent();
        foreach (var picture in pictures)
        {
            form.Add(Part(picture), "file", picture.Name);
        }

        foreach (var tag in tags)
        {
            form.Add(new StringContent(tag), "tag");
        }

        return Http.PostAsync("/api/v1/images", form);
    }

    public async Task<JsonNode> SearchAsync(Picture picture, string model, int k = 10, string? crop = null)
    {
        using var answer = await PostSearchAsync(picture, $"?model={model}&k={k}{(crop is null ? "" : "&crop=" + crop)}");
        Assert.True(answer.IsSuccessStatusCode, $"{(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await JsonAsync(answer);
    }

    public Task<HttpResponseMessage> PostSearchAsync(Picture picture, string query) =>
        Http.PostAsync("/api/v1/search" + query, new MultipartFormDataContent { { Part(picture), "file", picture.Name } });

    public async Task<JsonNode> GetAsync(string path)
    {
        using var answer = await Http.GetAsync(path);
        Assert.True(answer.IsSuccessStatusCode, $"GET {path}: {(int)answer.StatusCode}: {await answer.Content.ReadAsStringAsync()}");
        return await JsonAsync(answer);
    }

    /// <summary>The state of one image in one model, and why.</summary>
    public async Task<(string State, string? Reason, int Attempts)> StateAsync(string id, string model)
    {
        var image = await GetAsync($"/api/v1/images/{id}");
        var entry = image["models"]!.AsArray().Single(entry => (string?)entry!["model"] == model)!;
        return ((string)entry["state"]!, (string?)entry["reason"], (int)entry["attempts"]!);
    }

    public async Task<List<JsonNode>> ListAsync(string query)
    {
        var images = new List<JsonNode>();
        for (string? cursor = "";
            cursor is not null;)
        {
            var page = await GetAsync($"/api/v1/images?limit=200{query}{(cursor is "" ? "" : "&cursor=" + Uri.EscapeDataString(cursor))}");
            images.AddRange(page["images"]!.AsArray().Select(image => image!));
            cursor = (string?)page["next"];
        }

        return images;
    }

    /// <summary>Waits until the vectors are stored, and the indices, which follow the store, have them all.</summary>
    /// <param name="tag">Of those that count; null for all.</param>
    public Task WaitUntilIndexedAsync(int count, string model, TimeSpan deadline, string? tag = null) => Eventually.BecomesTrue(
        async () =>
        {
            try
            {
                var all = (await ListAsync($"&state=indexed&model={model}")).Count;
                var wanted = tag is null ? all : (await ListAsync($"&state=indexed&model={model}&tag={tag}")).Count;
                return wanted == count && (await IndexedAsync()).GetValueOrDefault(model) >= all;
            }
            catch (HttpRequestException)
            {
                return false; // a service that was just killed
            }
        },
        deadline,
        what: $"{count} images indexed by {model}");

    /// <returns>How many pictures the indices of each model have: what searches find.</returns>
    public async Task<IReadOnlyDictionary<string, long>> IndexedAsync() => (await GetAsync("/api/v1/models"))["models"]!.AsArray().ToDictionary(
        model => (string)model!["name"]!, model => model!["shards"]!.AsArray().Sum(shard => (long?)shard!["count"] ?? 0));

    public static async Task<JsonNode> JsonAsync(HttpResponseMessage answer) =>
        (await answer.Content.ReadFromJsonAsync<JsonNode>(JsonSerializerOptions.Web))!;

    private static ByteArrayContent Part(Picture picture)
    {
        var part = new ByteArrayContent(picture.Content);
        part.Headers.ContentType = new MediaTypeHeaderValue("application/octet-stream"); // the system looks at the bytes, not at claims
        return part;
    }
}
