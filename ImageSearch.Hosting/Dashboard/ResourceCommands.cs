using Aspire.Hosting.ApplicationModel;
using ImageSearch.Hosting.Dashboard.Messages;

namespace ImageSearch.Hosting.Dashboard;

/// <summary>The three buttons of a process, by the names that Aspire gives them.</summary>
internal static class ResourceCommands
{
    public const string Start = "resource-start";
    public const string Stop = "resource-stop";
    public const string Restart = "resource-restart";

    public static IEnumerable<ResourceCommand> For(CustomResourceSnapshot snapshot)
    {
        var state = snapshot.State?.Text;

        // Ended with an error style is a crash that waits for its restart: both "start now" and "give up" make sense.
        var backingOff = state == KnownResourceStates.Exited && snapshot.State?.Style == KnownResourceStateStyles.Error;
        var ended = state == KnownResourceStates.Exited || state == KnownResourceStates.Finished || state == KnownResourceStates.FailedToStart;
        var stopping = state == KnownResourceStates.Stopping;
        yield return Command(Start, "Start", "Play", "Start the resource", ended ? CommandState.Enabled : CommandState.Hidden);
        yield return Command(Stop, "Stop", "Stop", "Stop the resource",
            stopping ? CommandState.Disabled : ended && !backingOff ? CommandState.Hidden : CommandState.Enabled);
        yield return Command(Restart, "Restart", "ArrowCounterclockwise", "Stop the resource and start it again",
            ended || stopping ? CommandState.Disabled : CommandState.Enabled);
    }

    private static ResourceCommand Command(string name, string displayName, string icon, string description, CommandState state) => new()
    {
        Name = name,
        DisplayName = displayName,
        DisplayDescription = description,
        IconName = icon,
        IconVariant = name == Restart ? IconVariant.Regular : IconVariant.Filled,
        IsHighlighted = name != Restart,
        State = state,
    };
}
