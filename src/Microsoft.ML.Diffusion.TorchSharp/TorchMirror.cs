using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>A parameter's value and gradient on the device of a <see cref="TorchEngine"/>.</summary>
internal sealed class TorchMirror : ParameterMirror
{
    private readonly Parameter _parameter;
    private torch.Tensor? _gradient;
    private int _version = -1;

    internal TorchMirror(TorchEngine engine, Parameter parameter)
    {
        (Engine, _parameter) = (engine, parameter);
        Value = torch.empty(Extents, torch.ScalarType.Float32, engine.Device).DetachFromDisposeScope();
        Leaf = NewLeaf();
    }

    internal TorchEngine Engine { get; }

    /// <summary>The elements: one dimension for a parameter of one, else [rows, columns].</summary>
    internal torch.Tensor Value { get; private set; }

    /// <summary>The same memory as what gradients are taken with respect to.</summary>
    internal torch.Tensor Leaf { get; private set; }

    /// <summary>The tensor that this value is part of, if any.</summary>
    internal TorchParameters? Home { get; private set; }

    internal int Count => _parameter.Shape.Count;

    /// <summary>Whether the value here is that of the parameter.</summary>
    internal bool IsCurrent => Volatile.Read(ref _version) == _parameter.Version;

    internal override bool HasGradient => _gradient is not null;

    private long[] Extents => _parameter.Shape.Rank == 1 ? [_parameter.Shape.Columns] : [_parameter.Shape.Rows, _parameter.Shape.Columns];

    /// <summary>Uploads the host's value where that has changed.</summary>
    internal void BringUpToDate()
    {
        if (IsCurrent)
            return;
        int version = _parameter.Version;
        Transfer.Upload(_parameter.Value, Value);
        Volatile.Write(ref _version, version);
    }

    /// <summary>Makes the value a part of a larger tensor, which holds it already.</summary>
    internal void MoveInto(TorchParameters home, torch.Tensor part)
    {
        Value.Dispose();
        Leaf.Dispose();
        Home?.Dispose();
        Value = part.view(Extents).DetachFromDisposeScope();
        Leaf = NewLeaf();
        Home = home;
    }

    /// <summary>Says that the value on the device has changed.</summary>
    internal void CountChange()
    {
        _parameter.CountChange();
        Volatile.Write(ref _version, _parameter.Version);
        MarkNewer();
    }

    /// <summary>Adds to the gradient; the tensor is this mirror's from now on.</summary>
    internal void AddGradient(torch.Tensor gradient)
    {
        if (_gradient is null)
        {
            _gradient = gradient;
            return;
        }

        // Not in place: autograd may hand out one tensor as the gradient of several.
        torch.Tensor sum = _gradient.add(gradient).DetachFromDisposeScope();
        _gradient.Dispose();
        gradient.Dispose();
        _gradient = sum;
    }

    /// <summary>The gradient in one dimension, for the caller to dispose; leaves zero. Null for zero.</summary>
    internal torch.Tensor? TakeGradient()
    {
        if (_parameter.HasGradient)
        {
            torch.Tensor uploaded = torch.empty([Count], torch.ScalarType.Float32, Engine.Device).DetachFromDisposeScope();
            Transfer.Upload(_parameter.Gradient, uploaded);
            _parameter.ZeroGradient();
            return uploaded;
        }

        if (_gradient is null)
            return null;
        torch.Tensor flat = _gradient.reshape(Count).DetachFromDisposeScope();
        ZeroGradient();
        return flat;
    }

    internal override void HandOverGradient(Span<float> gradient)
    {
        if (_gradient is null)
            return;
        float[] here = new float[Count];
        Transfer.Download(_gradient, here);
        for (int i = 0; i < here.Length; i++)
            gradient[i] += here[i];
        ZeroGradient();
    }

    internal override void ZeroGradient()
    {
        _gradient?.Dispose();
        _gradient = null;
    }

    /// <summary>Leaves value and gradient to the host and frees the device's memory.</summary>
    internal void Leave()
    {
        if (_parameter.Mirror == this)
            _parameter.Mirror = null;
        ZeroGradient();
        Leaf.Dispose();
        Value.Dispose();
        Home?.Dispose();
    }

    protected override void Download(Span<float> value) => Transfer.Download(Value, value);

    private torch.Tensor NewLeaf() => Value.detach().DetachFromDisposeScope().requires_grad_();
}
