using System.Runtime.InteropServices;

namespace ImageSearch.Core.Mongo.Native;

/// <summary>Connections of this process, and the threads that watch the servers.</summary>
internal sealed class MongocPool() : SafeHandle(0, ownsHandle: true)
{
    public override bool IsInvalid => handle == 0;

    protected override bool ReleaseHandle()
    {
        MongocNative.mongoc_client_pool_destroy(handle);
        return true;
    }
}
