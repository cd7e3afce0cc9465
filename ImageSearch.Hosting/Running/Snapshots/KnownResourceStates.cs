namespace Aspire.Hosting.ApplicationModel;

public static class KnownResourceStates
{
    public static readonly string Starting = "Starting";
    public static readonly string Running = "Running";
    public static readonly string FailedToStart = "FailedToStart";
    public static readonly string Stopping = "Stopping";
    public static readonly string Exited = "Exited";
    public static readonly string Finished = "Finished";
    public static readonly string Waiting = "Waiting";
}
