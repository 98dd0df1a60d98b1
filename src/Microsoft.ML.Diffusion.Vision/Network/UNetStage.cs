using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Vision.Network;

/// <summary>One of the blocks that a U-Net counts: a residual block, attention after it where wanted, and then a change of size where
/// wanted.</summary>
internal sealed class UNetStage : Module
{
    private readonly UNetResidualBlock? _block;
    private readonly UNetAttention? _attention;
    private readonly UNetResidualBlock? _resizingBlock;
    private readonly PictureResize _resize;

    /// <param name="block">The residual block; none for a stage that only changes the size.</param>
    /// <param name="attention">Attention after it, or none.</param>
    /// <param name="resize">What becomes of the size in the end.</param>
    /// <param name="resizingBlock">The block in which that is done; none for means or repeated pixels.</param>
    public UNetStage(UNetResidualBlock? block, UNetAttention? attention, PictureResize resize, UNetResidualBlock? resizingBlock)
    {
        (_block, _attention, _resize, _resizingBlock) = (block, attention, resize, resizingBlock);
        int place = 0;
        if (block is not null)
            AddModule($"{place++}", block);
        if (attention is not null)
            AddModule($"{place++}", attention);
        if (resizingBlock is not null)
            AddModule($"{place}", resizingBlock);
    }

    /// <summary>Whether it ends with each pixel repeated to make four.</summary>
    public bool RepeatsPixels => _resize == PictureResize.Double && _resizingBlock is null;

    /// <summary>Runs the stage.</summary>
    public FeatureMap Forward(Tape tape, FeatureMap x, Tensor embedding, Philox random)
    {
        if (_block is not null)
            x = _block.Forward(tape, x, embedding, random.Fork(0));
        if (_attention is not null)
            x = _attention.Forward(tape, x);
        return _resizingBlock is not null ? _resizingBlock.Forward(tape, x, embedding, random.Fork(1)) : x.Resized(tape, _resize);
    }
}
