using System.Net;
using System.Net.Http.Json;
using System.Text.Json;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Diagnostics.HealthChecks;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class HealthTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Health_AllWell_IsOk()
    {
        await using var service = await TestService.StartAsync();

        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(service, "/health"));
        Assert.Equal((HttpStatusCode.OK, "Healthy"), await AskAsync(service, "/alive"));
    }

    [Fact]
    public async Task Health_CheckFails_Is503WithItsNameAndStillAlive()
    {
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddHealthChecks()
            .AddCheck("model", () => HealthCheckResult.Unhealthy("The model is not loaded."))
            .AddCheck("store", () => throw new IOException("secret path")));

        using var response = await service.Client.GetAsync("/health", Token);
        var body = await response.Content.ReadAsStringAsync(Token);
        var checks = JsonDocument.Parse(body).RootElement.GetProperty("checks");

        Assert.Equal(HttpStatusCode.ServiceUnavailable, response.StatusCode);
        Assert.Equal("The model is not loaded.", checks.GetProperty("model").GetProperty("description").GetString());
        Assert.Equal("Unhealthy", checks.GetProperty("store").GetProperty("status").GetString());
        Assert.DoesNotContain("secret", body);
        Assert.Equal(HttpStatusCode.OK, (await AskAsync(service, "/alive")).Code);
    }

    [Theory]
    [InlineData("/health")]
    [InlineData("/alive")]
    [InlineData("/metrics")]
    public async Task Head_AnswersAsGetDoes(string path)
    {
        await using var service = await TestService.StartAsync(build: builder => builder.Services.AddHealthChecks().AddCheck("model", () => HealthCheckResult.Unhealthy()));
        using var head = new HttpRequestMessage(HttpMethod.Head, path);

        using var get = await service.Client.GetAsync(path, Token);
        using var response = await service.Client.SendAsync(head, Token);

        Assert.Equal((get.StatusCode, get.Content.Headers.ContentType), (response.StatusCode, response.Content.Headers.ContentType));
        Assert.Equal(path == "/health" ? HttpStatusCode.ServiceUnavailable : HttpStatusCode.OK, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Response_Any_DoesNotNameTheServer()
    {
        await using var service = await TestService.StartAsync();

        using var response = await service.Client.GetAsync("/alive", Token);

        Assert.False(response.Headers.Contains("Server"));
    }

    private static async Task<(HttpStatusCode Code, string? Status)> AskAsync(TestService service, string path)
    {
        using var response = await service.Client.GetAsync(path, Token);
        var answer = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        return (response.StatusCode, answer.GetProperty("status").GetString());
    }
}
