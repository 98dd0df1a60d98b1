using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>The engine on TorchSharp: runs on a GPU, or on the processor with libtorch's kernels.</summary>
/// <remarks>
/// <para>
/// A parameter that the engine meets gets a copy on its device, which training changes there; whoever reads
/// <see cref="Parameter.Value"/> or <see cref="Parameter.Gradient"/> gets what is new downloaded. Disposing the engine brings all
/// values home and frees the device's memory.
/// </para>
/// <para>
/// All arithmetic is in 32-bit floats; TorchSharp has no autocast to 16 bits. Whether products of matrices on a GPU may use TensorFloat-32
/// is libtorch's setting and the app's to make (<c>torch.backends.cuda.matmul.allow_tf32</c>); its default is not to. For convolutions its
/// default is to use it, with three digits less; an engine on a GPU turns that off, and the app may turn it on again
/// (<c>torch.backends.cudnn.allow_tf32</c>).
/// </para>
/// <para>
/// What is dropped out is the same on every engine, but for masks of more than 65,536 elements on a GPU: these are drawn there, from the same
/// seed, so that they are the same in every run on a GPU.
/// </para>
/// </remarks>
public sealed class TorchEngine : TensorEngine
{
    private readonly Lock _attaching = new();
    private readonly List<TorchMirror> _mirrors = [];
    private readonly List<torch.Tensor> _kept = [];
    private readonly Dictionary<ColumnGroups, TorchGroups> _groups = [];
    private readonly Lazy<TorchMasks> _masks;

    /// <summary>Creates an engine on the processor.</summary>
    /// <exception cref="InvalidOperationException">The app carries no native backend of TorchSharp.</exception>
    public TorchEngine()
        : this(new TorchEngineOptions())
    {
    }

    /// <summary>Creates an engine.</summary>
    /// <param name="options">Where it computes.</param>
    /// <exception cref="InvalidOperationException">The app carries no native backend of TorchSharp, or the GPU is not there.</exception>
    public TorchEngine(TorchEngineOptions options)
    {
        ArgumentNullException.ThrowIfNull(options);
        if (options.Threads is int threads)
            ArgumentOutOfRangeException.ThrowIfLessThan(threads, 1, nameof(options));
        EngineSupport support = TorchBackend.Probe();
        if (!support.IsUsable)
            throw new InvalidOperationException(support.Reason);
        if (options.Gpu is int gpu && (uint)gpu >= (uint)support.Gpus)
            throw new InvalidOperationException($"There is no GPU {gpu}: TorchSharp finds {support.Gpus}.");
        Gpu = options.Gpu;
        Device = new torch.Device(Gpu is null ? "cpu" : $"cuda:{Gpu}");
        _masks = new Lazy<TorchMasks>(() => new TorchMasks(Device));
        if (options.Threads is int count)
            torch.set_num_threads(count);
        if (Gpu is not null)
            torch.backends.cudnn.allow_tf32 = false;
    }

    /// <summary>The GPU that computes; null for the processor.</summary>
    public int? Gpu { get; }

    internal torch.Device Device { get; }

    /// <summary>Draws what is dropped out on the device.</summary>
    internal TorchMasks Masks => _masks.Value;

    /// <summary>Makes this engine the one that <c>EngineKind.TorchSharp</c> means, for apps in which it cannot be found by the name of its
    /// assembly: trimmed ones, and those compiled ahead of time.</summary>
    public static void Register() => EngineProvider.Register(new TorchEngineProvider());

    /// <inheritdoc/>
    public override Tape CreateTape(bool training) => new TorchTape(this, training);

    /// <inheritdoc/>
    public override Optimizer CreateAdam(IEnumerable<Parameter> parameters, AdamOptions options) =>
        new TorchAdam(this, parameters, options);

    /// <inheritdoc/>
    public override ExponentialMovingAverage CreateAverage(IEnumerable<Parameter> parameters, double decay) =>
        new TorchAverage(this, parameters, decay);

    /// <summary>A parameter's copy on the device, up to date.</summary>
    internal TorchMirror MirrorOf(Parameter parameter)
    {
        if (parameter.Mirror is TorchMirror own && own.Engine == this && own.IsCurrent)
            return own;
        lock (_attaching)
        {
            if (parameter.Mirror is not TorchMirror mirror || mirror.Engine != this)
            {
                mirror = new TorchMirror(this, parameter);
                parameter.Mirror = mirror;
                _mirrors.Add(mirror);
            }

            mirror.BringUpToDate();
            return mirror;
        }
    }

    /// <summary>Some parameters as one tensor on the device.</summary>
    internal TorchParameters Flatten(Parameter[] parameters)
    {
        TorchMirror[] mirrors = [.. parameters.Select(MirrorOf)];
        return mirrors[0].Home is { } home && home.Holds(mirrors) ? home : new TorchParameters(mirrors);
    }

    /// <summary>Frees a tensor when the engine is disposed.</summary>
    internal torch.Tensor Keep(torch.Tensor tensor)
    {
        lock (_attaching)
            _kept.Add(tensor.DetachFromDisposeScope());
        return tensor;
    }

    /// <summary>The columns of groups as indices on the device.</summary>
    internal TorchGroups IndicesOf(ColumnGroups groups)
    {
        lock (_attaching)
        {
            if (!_groups.TryGetValue(groups, out TorchGroups? indices))
                _groups.Add(groups, indices = new TorchGroups(groups, Device));
            return indices;
        }
    }

    /// <inheritdoc/>
    protected override void Dispose(bool disposing)
    {
        base.Dispose(disposing);
        if (!disposing)
            return;
        lock (_attaching)
        {
            foreach (TorchMirror mirror in _mirrors)
                mirror.Leave();
            foreach (TorchGroups groups in _groups.Values)
                groups.Dispose();
            foreach (torch.Tensor tensor in _kept)
                tensor.Dispose();
            if (_masks.IsValueCreated)
                _masks.Value.Dispose();
            _kept.Clear();
            _mirrors.Clear();
            _groups.Clear();
        }
    }
}
