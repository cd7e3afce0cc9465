using System.Net;
using System.Net.Http.Headers;
using System.Net.Http.Json;
using System.Text;
using System.Text.Json;
using ImageSearch.ServiceDefaults.Errors;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Hosting;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed class ErrorTests
{
    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Theory]
    [InlineData("Production")]
    [InlineData("Development")]
    public async Task Exception_Unhandled_Is500WithoutInternals(string environment)
    {
        await using var service = await StartAsync(environment);

        using var response = await service.Client.GetAsync("/throws", Token);
        var problem = await ReadAsync(response, HttpStatusCode.InternalServerError, "internal-error");

        Assert.DoesNotContain("secret", problem.ToString());
        Assert.DoesNotContain("   at ", problem.ToString());
        Assert.NotEmpty(problem.GetProperty("traceId").GetString()!);
    }

    [Fact]
    public async Task Exception_AnotherServiceIsDown_Is503()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.GetAsync("/down", Token);
        var problem = await ReadAsync(response, HttpStatusCode.ServiceUnavailable, "unavailable");

        Assert.DoesNotContain("secret", problem.ToString());
    }

    [Fact]
    public async Task Exception_InTheApiForABrowser_IsAProblem()
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/api/throws");
        request.Headers.Accept.ParseAdd("text/html,application/xhtml+xml,*/*;q=0.8");

        using var response = await service.Client.SendAsync(request, Token);

        await ReadAsync(response, HttpStatusCode.InternalServerError, "internal-error");
    }

    [Theory]
    [InlineData("Production", "{ not json")]
    [InlineData("Production", "")]
    [InlineData("Development", "{ not json")]
    public async Task Body_Malformed_Is400(string environment, string body)
    {
        await using var service = await StartAsync(environment);

        using var response = await service.Client.PostAsync("/json", new StringContent(body, Encoding.UTF8, "application/json"), Token);

        await ReadAsync(response, HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task Parameter_Malformed_Is400()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.GetAsync("/number?k=ten", Token);

        await ReadAsync(response, HttpStatusCode.BadRequest, "bad-request");
    }

    [Fact]
    public async Task Body_TooLarge_Is413()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.PostAsync("/json", JsonContent.Create(new { name = new string('x', 2000) }), Token);

        await ReadAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    [Fact]
    public async Task Body_WrongType_Is415()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.PostAsync("/json", new StringContent("x", Encoding.UTF8, "text/plain"), Token);

        await ReadAsync(response, HttpStatusCode.UnsupportedMediaType, "unsupported-media-type");
    }

    [Fact]
    public async Task Path_Unknown_Is404()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.GetAsync("/nowhere", Token);

        await ReadAsync(response, HttpStatusCode.NotFound, "not-found");
    }

    [Fact]
    public async Task Path_UnknownForABrowser_IsLeftToThePages()
    {
        await using var service = await StartAsync();
        using var request = new HttpRequestMessage(HttpMethod.Get, "/nowhere");
        request.Headers.Accept.Add(new MediaTypeWithQualityHeaderValue("text/html"));

        using var response = await service.Client.SendAsync(request, Token);

        Assert.Equal(HttpStatusCode.NotFound, response.StatusCode);
        Assert.Empty(await response.Content.ReadAsByteArrayAsync(Token));
    }

    [Fact]
    public async Task Problem_OfAnEndpoint_KeepsItsTypeAndWords()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.GetAsync("/problem", Token);
        var problem = await ReadAsync(response, HttpStatusCode.Conflict, "import-running");

        Assert.Equal("Wait until it is done.", problem.GetProperty("detail").GetString());
        Assert.Equal("Conflict", problem.GetProperty("title").GetString());
    }

    [Theory]
    [InlineData(HttpStatusCode.BadRequest, "Bad Request", null)]
    [InlineData(HttpStatusCode.UnprocessableEntity, "Unprocessable Entity", null)]
    [InlineData(HttpStatusCode.ServiceUnavailable, "Service Unavailable", 5.0)]
    public async Task ProblemException_OfAnEndpoint_IsToldWithItsExtensions(HttpStatusCode status, string title, double? retryAfter)
    {
        await using var service = await StartAsync();

        using var response = await service.Client.PostAsync($"/refuses?status={(int)status}", null, Token);
        var problem = await ReadAsync(response, status, "some-slug");

        Assert.Equal("Do it otherwise.", problem.GetProperty("detail").GetString());
        Assert.Equal(title, problem.GetProperty("title").GetString());
        Assert.Equal(["one", "two"], problem.GetProperty("errors").EnumerateArray().Select(error => error.GetString()!));
        Assert.Equal(retryAfter, response.Headers.RetryAfter?.Delta?.TotalSeconds);
    }

    [Fact]
    public async Task ProblemException_WithItsOwnDelay_SaysItInWholeSeconds()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.PostAsync("/busy", null, Token);
        await ReadAsync(response, HttpStatusCode.ServiceUnavailable, "busy");

        Assert.Equal(TimeSpan.FromSeconds(2), response.Headers.RetryAfter?.Delta);
    }

    [Fact]
    public async Task Body_TooLargeForAHandlerThatReadsIt_Is413()
    {
        await using var service = await StartAsync();

        using var response = await service.Client.PostAsync("/reads", new ByteArrayContent(new byte[2000]), Token);

        await ReadAsync(response, HttpStatusCode.RequestEntityTooLarge, "too-large");
    }

    private static Task<TestService> StartAsync(string environment = "Production") => TestService.StartAsync(
        app =>
        {
            app.MapGet("/throws", string () => throw new InvalidOperationException("secret"));
            app.MapGet("/api/throws", string () => throw new InvalidOperationException("secret"));
            app.MapGet("/down", string () => throw new HttpRequestException("secret"));
            app.MapPost("/json", (Named named) => named.Name);
            app.MapGet("/number", (int k) => k);
            app.MapGet("/problem", () => Problems.Create(StatusCodes.Status409Conflict, "import-running", "Wait until it is done."));
            app.MapPost("/refuses", Named (int status) => throw new ProblemException(status, "some-slug", "Do it otherwise.")
            {
                Extensions = new Dictionary<string, object?> { ["errors"] = new[] { "one", "two" } },
            }).AddEndpointFilter<ProblemFilter>();
            app.MapPost("/busy", Named () => throw new ProblemException(503, "busy", "Later.") { RetryAfter = TimeSpan.FromSeconds(1.5) })
                .AddEndpointFilter<ProblemFilter>();
            app.MapPost("/reads", (HttpRequest request) => request.Body.CopyToAsync(Stream.Null)).AddEndpointFilter<ProblemFilter>();
        },
        builder => builder.WebHost.ConfigureKestrel(options => options.Limits.MaxRequestBodySize = 1000),
        environment: environment);

    private static async Task<JsonElement> ReadAsync(HttpResponseMessage response, HttpStatusCode status, string slug)
    {
        Assert.Equal(status, response.StatusCode);
        Assert.Equal("application/problem+json", response.Content.Headers.ContentType?.MediaType);
        var problem = await response.Content.ReadFromJsonAsync<JsonElement>(Token);
        Assert.Equal($"urn:imagesearch:{slug}", problem.GetProperty("type").GetString());
        Assert.Equal((int)status, problem.GetProperty("status").GetInt32());
        Assert.NotEmpty(problem.GetProperty("title").GetString()!);
        Assert.NotEmpty(problem.GetProperty("detail").GetString()!);
        return problem;
    }

    internal sealed record Named(string Name);
}
