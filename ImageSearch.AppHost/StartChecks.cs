using System.Net;
using System.Net.Sockets;
using Microsoft.Extensions.Configuration;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.AppHost;

/// <summary>What Aspire does not say, or only in the log of each service: told once, before anything is started.</summary>
internal static class StartChecks
{
    public static void AddStartChecks(this IDistributedApplicationBuilder builder, AppHostOptions options)
    {
        if (builder.ExecutionContext.IsPublishMode)
        {
            return;
        }

        builder.Services.AddSingleton<DataDirectoryLock>();
        builder.Eventing.Subscribe<BeforeStartEvent>((start, _) =>
        {
            // Tests have Aspire choose other ports than those that are declared.
            var problem = (builder.Configuration.GetValue<bool>("DcpPublisher:RandomizePorts") ? null : PortProblem(options.Port))
                ?? DirectoryProblem(options.DataDirectory, start.Services.GetRequiredService<DataDirectoryLock>());
            return problem is null ? Task.CompletedTask : throw new DistributedApplicationException($"{problem} Nothing was started.");
        });
    }

    private static string? PortProblem(int port)
    {
        try
        {
            using var listener = new TcpListener(IPAddress.Loopback, port);
            listener.Start();
            return null;
        }
        catch (SocketException e)
        {
            return e.SocketErrorCode == SocketError.AddressAlreadyInUse
                ? $"Port {port} is in use by another program: end it, or choose another port with --port N."
                : $"Port {port} cannot be used ({e.Message}): choose another with --port N.";
        }
    }

    private static string? DirectoryProblem(string directory, DataDirectoryLock guard)
    {
        try
        {
            Directory.CreateDirectory(directory);
            using var probe = new FileStream(
                Path.Combine(directory, $".write-test-{Guid.NewGuid():N}"), FileMode.CreateNew, FileAccess.Write, FileShare.None, 1,
                FileOptions.DeleteOnClose);
            probe.WriteByte(0);
            return guard.Take(directory) ?? DatabaseProblem(Path.Combine(directory, "imagesearch.db"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"The data directory {directory} cannot be written to ({e.Message}): make it writable, or choose another with --data DIR.";
        }
    }

    private static string? DatabaseProblem(string file)
    {
        var signature = "SQLite format 3\0"u8;
        if (!File.Exists(file))
        {
            return null;
        }

        using var stream = File.Open(file, FileMode.Open, FileAccess.Read, FileShare.ReadWrite | FileShare.Delete);
        Span<byte> head = stackalloc byte[signature.Length];
        return stream.ReadAtLeast(head, head.Length, throwOnEndOfStream: false) == 0 || head.SequenceEqual(signature) ? null
            : $"{file} is not a database: move it away, restore it from a copy, or choose another directory with --data DIR.";
    }
}
