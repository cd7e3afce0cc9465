using System.Globalization;
using System.Runtime.InteropServices;

// A service that does what the tests of ImageSearch.Hosting tell it to.
if (Environment.GetEnvironmentVariable("SAMPLE_EXIT_CODE") is { } exitCode)
{
    Console.Error.WriteLine("ending at once");
    return int.Parse(exitCode, CultureInfo.InvariantCulture);
}

using var ignoreTermination = Environment.GetEnvironmentVariable("SAMPLE_IGNORE_SIGTERM") is null
    ? null
    : PosixSignalRegistration.Create(PosixSignal.SIGTERM, context => context.Cancel = true);

var builder = WebApplication.CreateBuilder(args);
builder.Logging.ClearProviders();
var app = builder.Build();
var ready = app.Configuration["SAMPLE_READY"] != "later";

app.MapGet("/health", () => ready ? Results.Ok() : Results.StatusCode(StatusCodes.Status503ServiceUnavailable));
app.MapPost("/ready", () => ready = true);
app.MapGet("/env", () => Environment.GetEnvironmentVariables());
app.MapPost("/say", (string text) => Console.WriteLine(text));
app.MapPost("/crash", (int code) => Environment.Exit(code));
app.Lifetime.ApplicationStarted.Register(() => Console.WriteLine($"pid={Environment.ProcessId}"));
app.Lifetime.ApplicationStopped.Register(() => Console.WriteLine("stopped in order"));

if (ignoreTermination is null)
{
    await app.RunAsync();
}
else
{
    await app.StartAsync();
    await Task.Delay(Timeout.Infinite);
}

return 0;
