namespace Microsoft.ML.Runtime;

// What a component knows of the place it runs in: its name in messages, its channel to the log, its random numbers.
public interface IExceptionContext
{
    TException Process<TException>(TException ex) where TException : Exception;
    string ContextDescription { get; }
}

public interface IChannelProvider : IExceptionContext
{
    IChannel Start(string name);
    IPipe<TMessage> StartPipe<TMessage>(string name);
}

public interface IHostEnvironment : IChannelProvider, IProgressChannelProvider
{
    IHost Register(string name, int? seed = null, bool? verbose = null);
    ComponentCatalog ComponentCatalog { get; }
}

public interface IHost : IHostEnvironment
{
    Random Rand { get; }
}

internal interface IHostEnvironmentInternal : IHostEnvironment
{
    int? Seed { get; }
    string TempFilePath { get; set; }
    int? GpuDeviceId { get; set; }
    bool FallbackToCpu { get; set; }
}

// Asks a running computation to stop.
internal interface ICancelable
{
    void CancelExecution();
    bool IsCanceled { get; }
}
