using System.Reflection;
using ImageSearch.Core;
using ImageSearch.Core.Queue;
using ImageSearch.Core.Store;
using Microsoft.Extensions.DependencyInjection;

namespace ImageSearch.Extractor.Tests.Extraction;

/// <summary>The real store and queue behind a switch: while the disk is full, whatever writes fails.</summary>
public class StorageSwitch : DispatchProxy
{
    private object _inner = null!;
    private Func<bool> _isFull = null!;

    public static void Add(IServiceCollection services, Func<bool> isFull)
    {
        Replace<IImageStore>(services, isFull);
        Replace<IWorkQueue>(services, isFull);
    }

    protected override object? Invoke(MethodInfo? targetMethod, object?[]? args) =>
        _isFull() && targetMethod!.Name is
            "PutVectorsAsync" or "PutFailuresAsync" or "CompleteAsync" or "RetryAsync" or "ReturnAsync" or "DeadLetterAsync" or "RenewAsync"
            ? throw new StorageException(StorageFault.Full, "The disk of /data is full.")
            : targetMethod!.Invoke(_inner, BindingFlags.DoNotWrapExceptions, null, args, null);

    private static void Replace<T>(IServiceCollection services, Func<bool> isFull)
        where T : class
    {
        var registered = services.Last(service => service.ServiceType == typeof(T)).ImplementationType!;
        services.AddSingleton(provider =>
        {
            var proxy = Create<T, StorageSwitch>();
            ((StorageSwitch)(object)proxy)._inner = ActivatorUtilities.CreateInstance(provider, registered);
            ((StorageSwitch)(object)proxy)._isFull = isFull;
            return proxy;
        });
    }
}
