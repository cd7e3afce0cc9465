using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search;

/// <summary>Memory of one thread for one scan, aligned to a cache line.</summary>
internal sealed unsafe class Scratch<T>(int length) : IDisposable
    where T : unmanaged
{
    public T* Pointer { get; private set; } = (T*)NativeMemory.AlignedAlloc((nuint)(length * sizeof(T)), 64);

    public void Dispose()
    {
        NativeMemory.AlignedFree(Pointer);
        Pointer = null;
    }
}
