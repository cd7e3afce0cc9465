using Microsoft.Extensions.Hosting;
using Microsoft.Extensions.Logging;

namespace ImageSearch.AppHost;

/// <summary>Says on the console when the search page can be opened, and where.</summary>
internal sealed partial class ReadyMessage(
    ResourceNotificationService notifications, DistributedApplicationModel model, ILogger<ReadyMessage> logger) : BackgroundService
{
    public const string Web = "web";

    protected override async Task ExecuteAsync(CancellationToken stoppingToken)
    {
        await notifications.WaitForResourceHealthyAsync(Web, stoppingToken);
        var web = model.Resources.OfType<ProjectResource>().Single(resource => resource.Name == Web);
        LogReady(logger, web.GetEndpoint("http").Url);
    }

    [LoggerMessage(LogLevel.Information, "web is ready: {Url}")]
    private static partial void LogReady(ILogger logger, string url);
}
