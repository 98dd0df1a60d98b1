namespace Microsoft.ML.Runtime;

// The one implementation of environment and host: a tree whose root holds the log and the seed. A host's random numbers
// come from its parent's when it registers, so a seed at the root fixes them all, given the order of registration.
internal sealed class HostEnvironment : IHost, IHostEnvironmentInternal, ICancelable
{
    private readonly HostEnvironment _root;
    private readonly Action<Channel, ChannelMessage> _listener;
    private bool _canceled;

    public HostEnvironment(int? seed, Action<Channel, ChannelMessage> listener)
    {
        _root = this;
        _listener = listener;
        Seed = seed;
        Rand = seed is int value ? new Random(value) : new Random();
        ComponentCatalog = new ComponentCatalog();
        ContextDescription = "Environment";
        TempFilePath = Path.GetTempPath();
    }

    private HostEnvironment(HostEnvironment parent, string name, int seed)
    {
        _root = parent._root;
        _listener = parent._listener;
        Seed = parent.Seed;
        Rand = new Random(seed);
        ComponentCatalog = parent.ComponentCatalog;
        ContextDescription = name;
        TempFilePath = parent.TempFilePath;
        GpuDeviceId = parent.GpuDeviceId;
        FallbackToCpu = parent.FallbackToCpu;
    }

    public Random Rand { get; }
    public int? Seed { get; }
    public string TempFilePath { get; set; }
    public int? GpuDeviceId { get; set; }
    public bool FallbackToCpu { get; set; } = true;
    public ComponentCatalog ComponentCatalog { get; }
    public string ContextDescription { get; }
    public bool IsCanceled => _root._canceled;
    public void CancelExecution() => _root._canceled = true;

    public IHost Register(string name, int? seed = null, bool? verbose = null)
    {
        ArgumentException.ThrowIfNullOrEmpty(name);
        lock (Rand)
            return new HostEnvironment(this, name, seed ?? Rand.Next());
    }

    public TException Process<TException>(TException ex) where TException : Exception => ex;
    public IChannel Start(string name) => new Channel(this, name);
    public IProgressChannel StartProgressChannel(string name) => new SilentProgressChannel();

    public IPipe<TMessage> StartPipe<TMessage>(string name)
        => new Channel(this, name) as IPipe<TMessage>
            ?? throw new NotSupportedException($"There is no pipe for {typeof(TMessage)}.");

    internal sealed class Channel(HostEnvironment host, string name) : IChannel
    {
        public string ContextDescription => $"{host.ContextDescription}; {name}";

        public TException Process<TException>(TException ex) where TException : Exception => ex;
        public void Send(ChannelMessage msg) => host._listener(this, msg);
        public void Dispose() { }

        public void Trace(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt));
        public void Trace(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Trace, sensitivity, fmt, args));
        public void Info(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Info, sensitivity, fmt));
        public void Info(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Info, sensitivity, fmt, args));
        public void Warning(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt));
        public void Warning(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Warning, sensitivity, fmt, args));
        public void Error(MessageSensitivity sensitivity, string fmt) => Send(new(ChannelMessageKind.Error, sensitivity, fmt));
        public void Error(MessageSensitivity sensitivity, string fmt, params object[] args) => Send(new(ChannelMessageKind.Error, sensitivity, fmt, args));
    }
}
