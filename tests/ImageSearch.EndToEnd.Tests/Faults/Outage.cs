using System.Net;
using System.Text.Json.Nodes;
using ImageSearch.Testing;

namespace ImageSearch.EndToEnd.Tests.Faults;

/// <summary>What is asked of a system of which a server cannot be used.</summary>
internal static class Outage
{
    private static readonly TimeSpan Deadline = TimeSpan.FromSeconds(60);

    /// <summary>People still get the page, and the processes say that they live.</summary>
    public static async Task AssertRestIsUpAsync(RunningSystem system)
    {
        foreach (var service in new[] { "web", "ingest", "extractor-layout", "index-layout-0" })
        {
            using var client = system.Client(service);
            await Eventually.BecomesTrue(async () => await StatusAsync(client, "/alive") == HttpStatusCode.OK, Deadline, what: $"{service} alive");
        }

        using var web = system.Client("web");
        Assert.Equal(HttpStatusCode.OK, await StatusAsync(web, "/"));
    }

    /// <summary>A check of the service's /health says what is wrong, in a sentence that has all of these words and not the secret.</summary>
    /// <returns>The sentence.</returns>
    public static async Task<string> AssertSaysAsync(RunningSystem system, string service, string? secret, params string[] words)
    {
        using var client = system.Client(service);
        var found = "";
        await Eventually.Succeeds(
            async () =>
            {
                using var answer = await client.GetAsync("/health");
                var text = await answer.Content.ReadAsStringAsync();
                if (secret is not null)
                {
                    Assert.DoesNotContain(secret, text, StringComparison.Ordinal);
                }

                var descriptions = JsonNode.Parse(text)!["checks"]!.AsObject().Select(check => (string?)check.Value!["description"]).OfType<string>().ToList();
                found = descriptions.FirstOrDefault(description => words.All(word => description.Contains(word, StringComparison.OrdinalIgnoreCase))) ?? "";
                Assert.True(found.Length > 0, $"no check of {service} says all of {string.Join(", ", words)}: {text}");
            },
            Deadline);
        return found;
    }

    /// <summary>The cause is gone: everything is healthy by itself, and a picture goes all the way.</summary>
    public static async Task AssertRecoversAsync(RunningSystem system, int seed)
    {
        foreach (var service in new[] { "web", "ingest", "extractor-layout", "index-layout-0", "index-layout-1" })
        {
            using var client = system.Client(service);
            var said = "";
            await Eventually.BecomesTrue(
                async () =>
                {
                    try
                    {
                        using var answer = await client.GetAsync("/health");
                        said = await answer.Content.ReadAsStringAsync();
                        return (string?)JsonNode.Parse(said)!["status"] == "Healthy";
                    }
                    catch (HttpRequestException)
                    {
                        return false;
                    }
                },
                Deadline,
                what: $"{service} healthy; it last said {said}");
        }

        var picture = Pictures.Small(1, seed)[0];
        await PatientUpload.Start(system.Api, [picture]).Completion;
        await Eventually.BecomesTrue(
            async () => (await system.Api.SearchAsync(picture, SqueezeNet.Layout, k: 1))["results"]!.AsArray() is [{ } first, ..] && (string?)first["id"] == picture.Id,
            Deadline,
            what: "the picture found");
    }

    private static async Task<HttpStatusCode> StatusAsync(HttpClient client, string path)
    {
        try
        {
            using var answer = await client.GetAsync(path);
            return answer.StatusCode;
        }
        catch (HttpRequestException)
        {
            return default;
        }
    }
}
