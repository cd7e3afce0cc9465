using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>Loads libmongoc and prepares it, once in a process.</summary>
internal static unsafe class MongocLibrary
{
    private const int Primary = 1;

    private static readonly Lock Loading = new();
    private static nint _readPreferences;

    /// <summary>
    /// Reads go to the primary, whatever the connection string prefers: a reader of the change feed must see what has been written.
    /// </summary>
    public static nint ReadPreferences => _readPreferences;

    /// <exception cref="MongoException">It is not there. The next call looks again.</exception>
    public static void EnsureLoaded(string name)
    {
        lock (Loading)
        {
            if (!NativeLibrary.TryLoad(name, out _))
            {
                throw new MongoException(
                    MongoFailure.LibraryMissing,
                    "MongoDB's C driver libmongoc-1.0 is not installed on this machine: install it (Debian: apt-get install libmongoc-1.0-0).");
            }

            if (_readPreferences == 0)
            {
                MongocNative.mongoc_init();
                MongocNative.mongoc_log_set_handler(&Ignore, null);
                _readPreferences = MongocNative.mongoc_read_prefs_new(Primary);
            }
        }
    }

    /// <summary>What matters comes back as errors of calls; libmongoc would write the rest to the console.</summary>
    [UnmanagedCallersOnly(CallConvs = [typeof(CallConvCdecl)])]
    private static void Ignore(int level, byte* domain, byte* message, void* data)
    {
    }
}
