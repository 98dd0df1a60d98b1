using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>A tensor of a <see cref="TorchTape"/>: an input, which is uploaded when an operation first reads it, or a result, which is
/// downloaded when somebody first reads its data.</summary>
internal sealed unsafe class TorchTensor : Tensor
{
    private readonly Shape _shape;
    private readonly bool _wantsGradient;
    private readonly Lock _downloading = new();
    private torch.Tensor? _value;
    private torch.Tensor? _staging;
    private torch.Tensor? _gradient;
    private torch.Tensor? _hostGradient;
    private nint _data;

    /// <summary>A result.</summary>
    internal TorchTensor(TorchTape tape, Shape shape, torch.Tensor value) => (Tape, _shape, _value) = (tape, shape, value);

    /// <summary>An input, written to host memory.</summary>
    internal TorchTensor(TorchTape tape, Shape shape, torch.Tensor staging, bool wantsGradient)
    {
        (Tape, _shape, _staging, _wantsGradient) = (tape, shape, staging, wantsGradient);
        _data = PointerTo(staging);
    }

    public override Shape Shape => _shape;

    public override bool RequiresGradient => _value is null ? _wantsGradient : _value.requires_grad;

    public override bool IsOnDevice => Tape.IsOnGpu && _staging is null;

    public override Span<float> Data
    {
        get
        {
            // Several threads may read a result.
            nint data = Volatile.Read(ref _data);
            if (data == 0 && _shape.Count > 0)
                data = DownloadData();
            return new Span<float>((float*)data, _shape.Count);
        }
    }

    public override ReadOnlySpan<float> Gradient
    {
        get
        {
            if (_gradient is null)
                return default;
            _hostGradient ??= Tape.Keep(Transfer.OnHost(_gradient));
            return Transfer.Floats(_hostGradient);
        }
    }

    internal TorchTape Tape { get; }

    /// <summary>The elements where the engine computes, as [rows, columns].</summary>
    internal torch.Tensor Value => _value ??= Tape.Upload(_staging!, _shape, _wantsGradient);

    internal void SetGradient(torch.Tensor gradient) => _gradient = gradient;

    private nint DownloadData()
    {
        lock (_downloading)
        {
            if (_data == 0)
            {
                _staging = Tape.Keep(Transfer.OnHost(_value!));
                Volatile.Write(ref _data, PointerTo(_staging));
            }

            return _data;
        }
    }

    private static nint PointerTo(torch.Tensor host)
    {
        // Native memory, which stays where it is.
        fixed (byte* bytes = host.bytes)
            return (nint)bytes;
    }
}
