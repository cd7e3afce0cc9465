using System.Net;
using System.Net.Http.Json;
using System.Text.Json.Nodes;

namespace ImageSearch.Web.Tests.Support;

/// <summary>A test with a system of its own.</summary>
public abstract class ApiTest : IAsyncLifetime
{
    internal WebSystem System { get; private set; } = null!;

    protected HttpClient Http => System.Http;

    protected static CancellationToken Token => TestContext.Current.CancellationToken;

    protected virtual (string Key, string? Value)[] Settings => [];

    /// <summary>A system that several tests share, and whose owner ends it; null: this test has its own.</summary>
    private protected virtual WebSystem? Shared => null;

    public virtual async ValueTask InitializeAsync() => System = Shared ?? await WebSystem.StartAsync(Settings);

    public virtual async ValueTask DisposeAsync()
    {
        if (Shared is null && System is not null)
        {
            await System.DisposeAsync();
        }

        GC.SuppressFinalize(this);
    }

    internal static MultipartFormDataContent Form(byte[] file, params (string Name, string Value)[] fields)
    {
        var form = new MultipartFormDataContent { { new ByteArrayContent(file), "file", "query.png" } };
        foreach (var (name, value) in fields)
        {
            form.Add(new StringContent(value), name);
        }

        return form;
    }

    /// <summary>Several pictures in one form.</summary>
    internal static MultipartFormDataContent Files(params byte[][] files)
    {
        var form = new MultipartFormDataContent();
        foreach (var file in files)
        {
            form.Add(new ByteArrayContent(file), "file", "query.png");
        }

        return form;
    }

    internal static async Task<JsonObject> JsonAsync(HttpResponseMessage response, HttpStatusCode expected = HttpStatusCode.OK)
    {
        var text = await response.Content.ReadAsStringAsync(Token);
        Assert.True(response.StatusCode == expected, $"{(int)response.StatusCode} instead of {(int)expected}: {text}");
        return (await response.Content.ReadFromJsonAsync<JsonObject>(Token))!;
    }

    /// <summary>Asserts problem details of ours, and returns them.</summary>
    internal static async Task<JsonObject> ProblemAsync(HttpResponseMessage response, HttpStatusCode expected, string slug)
    {
        var problem = await JsonAsync(response, expected);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        Assert.Equal($"urn:imagesearch:{slug}", (string?)problem["type"]);
        Assert.Equal((int)expected, (int?)problem["status"]);
        Assert.NotEmpty((string)problem["detail"]!);
        Assert.NotEmpty((string)problem["title"]!);
        Assert.DoesNotContain("   at ", problem.ToJsonString(), StringComparison.Ordinal);
        Assert.DoesNotContain("Exception", problem.ToJsonString(), StringComparison.Ordinal);
        return problem;
    }
}
