using System.Globalization;
using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Dashboard.Messages;
using ImageSearch.Hosting.Running;
using Microsoft.AspNetCore.Http;

namespace ImageSearch.Hosting.Dashboard;

/// <summary>Answers the dashboard: what runs, what it says, and the Start, Stop and Restart buttons.</summary>
internal sealed class ResourceService(string applicationName, ResourceNotificationService notifications, IReadOnlyList<Replica> replicas)
{
    public Task GetApplicationInformationAsync(HttpContext context) =>
        GrpcFraming.WriteAsync(context, new ApplicationInformationResponse { ApplicationName = applicationName });

    public async Task WatchResourcesAsync(HttpContext context)
    {
        var initial = new InitialResourceData();
        initial.Resources.AddRange(notifications.All().Select(ResourceMapper.Map));
        await GrpcFraming.WriteAsync(context, new WatchResourcesUpdate { InitialData = initial }).ConfigureAwait(false);

        // The watch begins with the current states again: an upsert more does no harm, a change missed in between would.
        await foreach (var update in notifications.WatchAsync(context.RequestAborted).ConfigureAwait(false))
        {
            var changes = new WatchResourcesChanges();
            changes.Value.Add(new WatchResourcesChange { Upsert = ResourceMapper.Map(update) });
            await GrpcFraming.WriteAsync(context, new WatchResourcesUpdate { Changes = changes }).ConfigureAwait(false);
        }
    }

    public async Task WatchConsoleLogsAsync(HttpContext context)
    {
        var request = await GrpcFraming.ReadAsync(context, WatchConsoleLogsRequest.Parser).ConfigureAwait(false);
        if (Find(request.ResourceName) is not { } replica)
        {
            return;
        }

        await foreach (var batch in replica.Logs.ReadAsync(!request.SuppressFollow, context.RequestAborted).ConfigureAwait(false))
        {
            var update = new WatchConsoleLogsUpdate();
            update.LogLines.AddRange(batch.Select(line => new ConsoleLogLine
            {
                // The dashboard shows a leading ISO time as the line's time.
                Text = string.Create(CultureInfo.InvariantCulture, $"{line.At:yyyy-MM-ddTHH:mm:ss.fffZ} {line.Text}"),
                IsStdErr = line.IsError,
                LineNumber = line.Number,
            }));
            await GrpcFraming.WriteAsync(context, update).ConfigureAwait(false);
        }
    }

    public async Task ExecuteCommandAsync(HttpContext context)
    {
        var request = await GrpcFraming.ReadAsync(context, ResourceCommandRequest.Parser).ConfigureAwait(false);
        var outcome = Find(request.ResourceName) is { } replica
            ? await ExecuteAsync(replica, request.CommandName).ConfigureAwait(false)
            : Failed($"There is no resource '{request.ResourceName}'.");
        await GrpcFraming.WriteAsync(context, outcome).ConfigureAwait(false);
    }

    /// <summary>This host asks no questions; the stream stays open and silent.</summary>
    public static async Task WatchInteractionsAsync(HttpContext context)
    {
        await context.Response.StartAsync(context.RequestAborted).ConfigureAwait(false);
        await Task.Delay(Timeout.Infinite, context.RequestAborted).ConfigureAwait(false);
    }

    // A command runs to its end even when the browser that sent it goes away.
    private static async Task<ResourceCommandResponse> ExecuteAsync(Replica replica, string command)
    {
        switch (command)
        {
            case ResourceCommands.Start or ResourceCommands.Restart:
                await replica.RestartAsync(CancellationToken.None).ConfigureAwait(false);
                break;
            case ResourceCommands.Stop:
                await replica.StopAsync(CancellationToken.None).ConfigureAwait(false);
                break;
            default:
                return Failed($"There is no command '{command}'.");
        }

        return new ResourceCommandResponse { Kind = CommandOutcome.Succeeded };
    }

    private static ResourceCommandResponse Failed(string message) => new() { Kind = CommandOutcome.Failed, Message = message };

    private Replica? Find(string id) => replicas.FirstOrDefault(r => string.Equals(r.Id, id, StringComparison.Ordinal));
}
