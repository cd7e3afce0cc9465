using System.Reflection;
using Microsoft.Extensions.Hosting;

namespace Aspire.Hosting.Testing;

public static class DistributedApplicationTestingBuilder
{
    public static Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(CancellationToken cancellationToken = default)
        where TEntryPoint : class => CreateAsync<TEntryPoint>([], cancellationToken);

    /// <summary>
    /// Runs the AppHost's entry point in this process up to its Build(); the test goes on from there, with random ports and no dashboard.
    /// </summary>
    public static async Task<IDistributedApplicationTestingBuilder> CreateAsync<TEntryPoint>(string[] args, CancellationToken cancellationToken = default)
        where TEntryPoint : class
    {
        var assembly = typeof(TEntryPoint).Assembly;
        var entryPoint = assembly.EntryPoint ?? throw new InvalidOperationException($"The assembly '{assembly.GetName().Name}' has no entry point.");
        var capture = new AppHostCapture(assembly);
        var thread = new Thread(() => Run(entryPoint, args, capture)) { IsBackground = true, Name = "AppHost entry point" };
        thread.Start();
        return new TestingBuilder(await capture.Builder.WaitAsync(cancellationToken).ConfigureAwait(false));
    }

    private static void Run(MethodInfo entryPoint, string[] args, AppHostCapture capture)
    {
        // Flows into everything that the entry point awaits, and nowhere else.
        AppHostCapture.Current = capture;
        try
        {
            object?[] parameters = entryPoint.GetParameters().Length == 0 ? [] : [args];
            entryPoint.Invoke(null, BindingFlags.DoNotWrapExceptions, binder: null, parameters, culture: null);
            capture.Fail(new InvalidOperationException("The AppHost's entry point ended before it built an application. Its error output says why."));
        }
        catch (HostAbortedException)
        {
            // Build() ends the entry point in this way.
        }
        catch (Exception e)
        {
            capture.Fail(e);
        }
    }
}
