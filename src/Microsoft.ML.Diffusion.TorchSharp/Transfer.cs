using System.Runtime.InteropServices;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <summary>Copies between host memory and tensors wherever they are.</summary>
internal static class Transfer
{
    /// <summary>Fills a contiguous tensor.</summary>
    internal static void Upload(ReadOnlySpan<float> values, torch.Tensor to)
    {
        if (to.device_type == global::TorchSharp.DeviceType.CPU)
        {
            values.CopyTo(Floats(to));
            return;
        }

        using torch.Tensor host = torch.empty([values.Length], torch.ScalarType.Float32, torch.CPU);
        values.CopyTo(Floats(host));
        using torch.Tensor shaped = host.view(to.shape);
        to.Finish(to.copy_(shaped));
    }

    /// <summary>A tensor in host memory on a GPU. From pinned memory the copy runs beside the computation, and libtorch reuses that
    /// memory when
    /// it is done; the caller may go on and overwrite the tensor at once.</summary>
    internal static torch.Tensor ToGpu(torch.Tensor host, torch.ScalarType type, torch.Device gpu)
    {
        using torch.Tensor pinned = host.pin_memory();
        torch.Tensor there = torch.empty(host.shape, type, gpu).DetachFromDisposeScope();
        there.Finish(there.copy_(pinned, true));
        return there;
    }

    /// <summary>Reads a tensor.</summary>
    internal static void Download(torch.Tensor from, Span<float> values)
    {
        using torch.Tensor host = OnHost(from);
        Floats(host).CopyTo(values);
    }

    /// <summary>Writes the elements of a tensor.</summary>
    internal static void Save(torch.Tensor from, BinaryWriter writer)
    {
        using torch.Tensor host = OnHost(from);
        writer.Write(host.bytes);
    }

    /// <summary>Fills a contiguous tensor from what <see cref="Save"/> wrote.</summary>
    internal static void Load(BinaryReader reader, torch.Tensor to)
    {
        var values = new float[to.numel()];
        reader.BaseStream.ReadExactly(MemoryMarshal.AsBytes(values.AsSpan()));
        Upload(values, to);
    }

    /// <summary>A contiguous tensor in host memory with the same elements; the same memory where the tensor is such a one.</summary>
    internal static torch.Tensor OnHost(torch.Tensor from)
    {
        using torch.Tensor plain = from.detach(), near = plain.cpu();
        return near.contiguous().DetachFromDisposeScope();
    }

    /// <summary>The elements of a contiguous tensor in host memory.</summary>
    internal static Span<float> Floats(torch.Tensor host) => MemoryMarshal.Cast<byte, float>(host.bytes);

    /// <summary>Ends an in-place operation. Its result is the tensor itself in some versions of TorchSharp and one more handle to it in
    /// others;
    /// handles that nobody disposes of wait for the garbage collector, which does not see how much memory hangs on them.</summary>
    internal static void Finish(this torch.Tensor target, torch.Tensor result)
    {
        if (!ReferenceEquals(target, result))
            result.Dispose();
    }
}
