using System.Net.Http.Json;
using System.Text.Json;

namespace ImageSearch.Ingest.Tests;

internal static class ProblemAssert
{
    /// <summary>The answer is these problem details, with a sentence in them.</summary>
    public static async Task<JsonElement> IsAsync(HttpResponseMessage response, HttpStatusCode status, string problem)
    {
        var body = await response.Content.ReadAsStringAsync();
        Assert.True(response.StatusCode == status, $"{(int)response.StatusCode}: {body}");
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var details = await response.Content.ReadFromJsonAsync<JsonElement>();
        Assert.Equal($"urn:imagesearch:{problem}", details.GetProperty("type").GetString());
        Assert.Equal((int)status, details.GetProperty("status").GetInt32());
        Assert.NotEmpty(details.GetProperty("title").GetString()!);
        Assert.NotEmpty(details.GetProperty("detail").GetString()!);
        return details;
    }
}
