using System.Net.Http.Json;
using Aspire.Hosting;
using Aspire.Hosting.Testing;

namespace ImageSearch.Hosting.Tests.Running;

public sealed class RunTests
{
    [Fact]
    public async Task Start_ProjectWithReplicas_EachHasItsOwnProcessPortAndIdentity()
    {
        await using var app = await SampleApp.StartAsync(builder =>
        {
            var backend = builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("back-end", launchProfileName: null)
                .WithHttpEndpoint().WithHttpHealthCheck("/health").WithReplicas(3);
            builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null)
                .WithHttpEndpoint().WithHttpHealthCheck("/health").WithReference(backend);
        });
        await app.WaitUntilHealthyAsync("back-end");
        await app.WaitUntilHealthyAsync("web");

        var web = await EnvironmentAsync(app.App.GetEndpoint("web"));
        var backends = await Task.WhenAll(Enumerable.Range(0, 3).Select(i => EnvironmentAsync(new Uri(web[$"services__back-end__http__{i}"]))));

        Assert.Equal(web["services__back-end__http__0"], web["BACK_END_HTTP"]);
        Assert.False(web.ContainsKey("services__back-end__http__3"));
        Assert.Equal(app.App.GetEndpoint("web"), new Uri(web["ASPNETCORE_URLS"]));
        Assert.All(backends, b => Assert.Equal("back-end", b["OTEL_SERVICE_NAME"]));
        Assert.Equal(3, backends.Select(b => b["ASPNETCORE_URLS"]).Distinct().Count());
        Assert.Equal(3, backends.Select(b => b["OTEL_RESOURCE_ATTRIBUTES"]).Distinct().Count());
        Assert.All(backends, b => Assert.StartsWith("service.instance.id=", b["OTEL_RESOURCE_ATTRIBUTES"], StringComparison.Ordinal));
        Assert.False(web.ContainsKey("OTEL_EXPORTER_OTLP_ENDPOINT"));
    }

    [Fact]
    public async Task Start_SecretParameter_ReachesTheProcessAndIsMaskedForPeople()
    {
        await using var app = await SampleApp.StartAsync(builder =>
        {
            builder.Configuration["Parameters:password"] = "s3cret";
            var password = builder.AddParameter("password", secret: true);
            var connection = builder.AddConnectionString("db", Aspire.Hosting.ApplicationModel.ReferenceExpression.Create($"db://me:{password}@here"));
            builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null)
                .WithHttpEndpoint().WithHttpHealthCheck("/health").WithReference(connection).WithEnvironment("PASSWORD", password).WithEnvironment("OPEN", "yes");
        });
        var shown = (await app.WaitUntilHealthyAsync("web")).Snapshot.EnvironmentVariables.ToDictionary(v => v.Name, v => v.Value);

        var real = await EnvironmentAsync(app.App.GetEndpoint("web"));

        Assert.Equal("db://me:s3cret@here", real["ConnectionStrings__db"]);
        Assert.Equal("s3cret", real["PASSWORD"]);
        Assert.Equal("********", shown["ConnectionStrings__db"]);
        Assert.Equal("********", shown["PASSWORD"]);
        Assert.Equal("yes", shown["OPEN"]);
    }

    [Fact]
    public async Task Start_FixedPortInUse_SaysSo()
    {
        using var taken = new System.Net.Sockets.TcpListener(System.Net.IPAddress.Loopback, 0);
        taken.Start();
        var port = ((System.Net.IPEndPoint)taken.LocalEndpoint).Port;

        var e = await Assert.ThrowsAsync<DistributedApplicationException>(() => SampleApp.StartAsync(
            builder => builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null).WithHttpEndpoint(port: port),
            options => options.RandomizePorts = false));

        Assert.Contains($"Port {port}", e.Message, StringComparison.Ordinal);
        Assert.Contains("'web'", e.Message, StringComparison.Ordinal);
    }

    private static async Task<Dictionary<string, string>> EnvironmentAsync(Uri service)
    {
        using var client = new HttpClient { BaseAddress = service };
        return (await client.GetFromJsonAsync<Dictionary<string, string>>("/env"))!;
    }
}
