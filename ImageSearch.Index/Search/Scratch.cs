using System.Runtime.CompilerServices;
using System.Runtime.ConstrainedExecution;
using System.Runtime.InteropServices;

namespace ImageSearch.Index.Search;

/// <summary>Memory for one scan after the other, aligned to a cache line; what is in it is anybody's guess.</summary>
internal sealed unsafe class Scratch<T> : CriticalFinalizerObject
    where T : unmanaged
{
    private const int CacheLine = 64;

    private nuint _length;

    ~Scratch() => NativeMemory.AlignedFree(Pointer);

    public T* Pointer { get; private set; }

    /// <summary>Makes room for so many. What was there is lost where there was not.</summary>
    public void Reserve(long length)
    {
        if ((nuint)length <= _length)
        {
            return;
        }

        NativeMemory.AlignedFree(Pointer);
        _length = 0;
        Pointer = null;
        Pointer = (T*)NativeMemory.AlignedAlloc((nuint)length * (nuint)Unsafe.SizeOf<T>(), CacheLine);
        _length = (nuint)length;
    }
}
