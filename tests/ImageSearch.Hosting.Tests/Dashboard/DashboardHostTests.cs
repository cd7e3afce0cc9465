using System.Net;
using Aspire.Hosting;
using ImageSearch.Hosting.Dashboard;
using ImageSearch.Testing;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Logging;

namespace ImageSearch.Hosting.Tests.Dashboard;

public sealed class DashboardHostTests : IDisposable
{
    private readonly RecordedLogs _logs = new();

    [Fact]
    public async Task Start_WithTheRealDashboard_LetsInWhoHasTheToken()
    {
        Assert.SkipUnless(OperatingSystem.IsLinux(), "npm restores the dashboard for Linux");
        await using var app = await StartAsync(_ => { });
        await Eventually.BecomesTrue(() => Task.FromResult(LoginUrl() is not null), TimeSpan.FromMinutes(1), what: "the dashboard's login URL");
        var login = new Uri(LoginUrl()!);

        using var stranger = new HttpClient(new SocketsHttpHandler { AllowAutoRedirect = false });
        using var refused = await stranger.GetAsync(new Uri(login, "/"));
        using var visitor = new HttpClient(new SocketsHttpHandler { CookieContainer = new CookieContainer() });
        using var page = await visitor.GetAsync(login);

        Assert.Equal(HttpStatusCode.Redirect, refused.StatusCode);
        Assert.Contains("/login", refused.Headers.Location!.ToString(), StringComparison.Ordinal);
        Assert.Equal((HttpStatusCode.OK, "/"), (page.StatusCode, page.RequestMessage!.RequestUri!.AbsolutePath));
        Assert.DoesNotContain(_logs.Lines, l => l.Level >= LogLevel.Warning);

        await app.DisposeAsync();
        await Assert.ThrowsAsync<HttpRequestException>(() => visitor.GetAsync(login));
    }

    [Fact]
    public async Task Start_DashboardNotInstalled_WarnsOnceAndTheApplicationRuns()
    {
        using var elsewhere = new TemporaryDirectory();
        await using var app = await StartAsync(services => services.AddSingleton(new AppHostMetadata(elsewhere.Path, "sample")));

        var web = await app.WaitUntilHealthyAsync("web");

        Assert.DoesNotContain(web.Snapshot.EnvironmentVariables, v => v.Name == "OTEL_EXPORTER_OTLP_ENDPOINT");
        Assert.Contains("runs on without it", Assert.Single(_logs.Lines, l => l.Level == LogLevel.Warning).Text, StringComparison.Ordinal);
    }

    public void Dispose() => _logs.Dispose();

    private string? LoginUrl() => _logs.Lines.Select(l => l.Text).FirstOrDefault(l => l.Contains("/login?t=", StringComparison.Ordinal))?.Split(' ')[^1];

    private Task<SampleApp> StartAsync(Action<IServiceCollection> configure) => SampleApp.StartAsync(builder =>
    {
        var options = (DashboardOptions)builder.Services.Single(d => d.ServiceType == typeof(DashboardOptions)).ImplementationInstance!;
        options.Enabled = true;
        builder.Services.AddSingleton<ILoggerProvider>(_logs);
        configure(builder.Services);
        builder.AddProject<Projects.ImageSearch_Hosting_SampleService>("web", launchProfileName: null).WithHttpEndpoint().WithHttpHealthCheck("/health");
    });
}
