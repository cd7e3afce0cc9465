using System.Diagnostics;
using System.Diagnostics.Metrics;
using System.Net;
using System.Net.Sockets;
using ImageSearch.Testing;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.Logging;

namespace ImageSearch.ServiceDefaults.Tests;

public sealed partial class TelemetryTests
{
    private static readonly ActivitySource Source = new("ImageSearch.Test");

    private static CancellationToken Token => TestContext.Current.CancellationToken;

    [Fact]
    public async Task Stop_EndpointConfigured_HasSentEverything()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartAsync(receiver))
        {
            await service.Client.GetStringAsync("/hello", Token);
            await service.App.StopAsync(Token);
        }

        await Eventually.BecomesTrue(() => receiver.Has("trace", "inner step", "GET /hello", "http.response.status_code", "the-service", "instance-7"));
        await Eventually.BecomesTrue(() => receiver.Has("metrics", "imagesearch.greetings", "http.server.request.duration", "the-service"));
        await Eventually.BecomesTrue(() => receiver.Has("logs", "somebody said hello", "the-service"));
        Assert.Equal("secret", receiver.ApiKey);
    }

    [Fact]
    public async Task Polls_EndpointConfigured_AreNotTraced()
    {
        await using var receiver = await OtlpReceiver.StartAsync();
        await using (var service = await StartAsync(receiver))
        {
            await service.Client.GetStringAsync("/health", Token);
            await service.Client.GetStringAsync("/metrics", Token);
            await service.Client.GetStringAsync("/hello", Token);
            await service.App.StopAsync(Token);
        }

        await Eventually.BecomesTrue(() => receiver.Has("trace", "GET /hello"));
        Assert.False(receiver.Has("trace", "GET /health"));
        Assert.False(receiver.Has("trace", "GET /metrics"));
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public async Task Stop_ReceiverDoesNotAnswer_IsNotHeldUp(bool takesConnections)
    {
        using var listener = new TcpListener(IPAddress.Loopback, 0);
        listener.Start();
        var receiver = $"http://{listener.LocalEndpoint}";
        if (!takesConnections)
        {
            listener.Stop();
        }

        var service = await TestService.StartAsync(configuration: [("OTEL_EXPORTER_OTLP_ENDPOINT", receiver)]);
        await service.Client.GetStringAsync("/alive", Token);

        // What is left is sent when the host is disposed of, as Run does at the end.
        var started = Stopwatch.GetTimestamp();
        await service.App.StopAsync(Token);
        await service.DisposeAsync();

        Assert.True(Stopwatch.GetElapsedTime(started) < TimeSpan.FromSeconds(8));
    }

    [LoggerMessage(Level = LogLevel.Information, Message = "somebody said {Word}")]
    private static partial void LogGreeting(ILogger logger, string word);

    private static Task<TestService> StartAsync(OtlpReceiver receiver) => TestService.StartAsync(
        app => app.MapGet("/hello", (ILogger<TelemetryTests> logger, IMeterFactory meters) =>
        {
            using var activity = Source.StartActivity("inner step");
            meters.Create("ImageSearch.Test").CreateCounter<int>("imagesearch.greetings").Add(1);
            LogGreeting(logger, "hello");
            return "hello";
        }),
        configuration:
        [
            ("OTEL_EXPORTER_OTLP_ENDPOINT", receiver.Address), ("OTEL_SERVICE_NAME", "the-service"), ("OTEL_RESOURCE_ATTRIBUTES", "service.instance.id=instance-7"),
            ("OTEL_EXPORTER_OTLP_HEADERS", "x-otlp-api-key=secret"),
        ]);
}
