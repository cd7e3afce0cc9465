using ImageSearch.Core.Embedded;
using ImageSearch.Core.FileSystem;
using Microsoft.AspNetCore.Builder;
using Microsoft.Extensions.DependencyInjection;
using Microsoft.Extensions.Options;

namespace ImageSearch.Core;

/// <summary>Starts a service, or says in one line why it cannot start.</summary>
public static class ServiceStart
{
    /// <summary>EX_CONFIG of sysexits.h: no restart mends it, and the AppHost does not try.</summary>
    public const int FailedExitCode = 78;

    /// <summary>
    /// Runs the service until it is stopped. A wrong configuration and a data directory that cannot be used end it before anything has
    /// started, with one line on the console instead of a stack trace: no restart mends them.
    /// </summary>
    /// <returns>The exit code.</returns>
    public static async Task<int> RunServiceAsync(this WebApplication app)
    {
        try
        {
            app.Services.GetService<IStartupValidator>()?.Validate();
            await CheckDataAsync(app.Services);
        }
        catch (UnusableDataException e)
        {
            await Console.Error.WriteLineAsync(e.Message);
            return FailedExitCode;
        }
        catch (Exception e) when (e is OptionsValidationException or AggregateException or InvalidOperationException)
        {
            var failures = (e as AggregateException)?.Flatten().InnerExceptions ?? [e];
            var messages = failures.SelectMany(failure => (failure as OptionsValidationException)?.Failures ?? [failure.Message]);
            await Console.Error.WriteLineAsync($"The configuration is wrong: {string.Join(" ", messages)}");
            return FailedExitCode;
        }

        await app.RunAsync();
        return Environment.ExitCode;
    }

    /// <exception cref="UnusableDataException">The data directory, or the database in it, cannot be used.</exception>
    internal static async Task CheckDataAsync(IServiceProvider services)
    {
        if (services.GetService<FileBlobStore>() is not { } blobs)
        {
            return; // nothing of it lies on a disk of ours
        }

        var options = services.GetRequiredService<IOptions<DataOptions>>();
        DataDirectory.Check(options.Value.Directory, blobs.Create);
        if (services.GetService<SqliteDatabase>() is not null)
        {
            // Opened for this alone: what is wrong is said on the console, and not in the log as well.
            using var database = new SqliteDatabase(options);
            try
            {
                await database.WriteAsync(static _ => { }, CancellationToken.None);
            }
            catch (Exception e) when (e is StorageException or InvalidOperationException)
            {
                throw new UnusableDataException(e.Message, e);
            }
        }
    }
}
