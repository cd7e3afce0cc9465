namespace Aspire.Hosting.ApplicationModel;

public class CommandLineArgsCallbackAnnotation(Action<IList<object>> callback) : IResourceAnnotation
{
    public Func<CommandLineArgsCallbackContext, Task> Callback { get; } = context =>
    {
        callback(context.Args);
        return Task.CompletedTask;
    };
}
