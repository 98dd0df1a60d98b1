using Microsoft.ML.Diffusion.Tensors;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <content>The losses.</content>
internal sealed partial class TorchTape
{
    public override Tensor MaskedSquaredError(
        Tensor prediction, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        CheckSquaredError(prediction, target, mask);
        torch.Tensor error = Keep(Of(prediction).sub(Fixed(target)));
        torch.Tensor squares = Keep(error.mul(error));
        torch.Tensor? weights = mask is null ? null : Fixed(mask);
        torch.Tensor sum = Keep((weights is null ? squares : Keep(squares.mul(weights))).sum());
        return Reduce(sum, weights, prediction.Rows, prediction.Shape.Count, reduction);
    }

    public override Tensor MaskedCrossEntropy(
        Tensor logits, ColumnGroups groups, Tensor target, Tensor? mask, LossReduction reduction = LossReduction.MeanOverMask)
    {
        CheckCrossEntropy(logits, groups, target, mask);
        torch.Tensor value = Of(logits), truth = Fixed(target);
        torch.Tensor? weights = mask is null ? null : Fixed(mask);
        torch.Tensor? sum = null;
        foreach (TorchGroups.Bucket bucket in _engine.IndicesOf(groups).Buckets)
        {
            torch.Tensor logs = Keep(Gathered(value, bucket).log_softmax(-1)), share = Keep(truth.index_select(1, bucket.Columns));
            if (bucket.Something is not null)
                share = Keep(share.mul(bucket.Something));
            torch.Tensor cells = Keep(Keep(Keep(share.view(-1, bucket.Groups, bucket.Length)).mul(logs)).sum(-1));
            if (weights is not null)
                cells = Keep(cells.mul(Keep(weights.index_select(1, bucket.Members))));
            torch.Tensor all = Keep(cells.sum());
            sum = sum is null ? all : Keep(sum.add(all));
        }

        sum ??= Keep(Keep(value.narrow(1, 0, 0)).sum());
        return Reduce(Keep(sum.neg()), weights, logits.Rows, logits.Rows * groups.Count, reduction);
    }

    /// <summary>A tensor that no gradient flows into.</summary>
    private torch.Tensor Fixed(Tensor tensor)
    {
        torch.Tensor value = Of(tensor);
        return value.requires_grad ? Keep(value.detach()) : value;
    }

    private TorchTensor Reduce(torch.Tensor sum, torch.Tensor? mask, int rows, int cells, LossReduction reduction)
    {
        if (reduction == LossReduction.MeanOverMask && mask is not null)
        {
            // Where the mask is all zero so is the sum, and by whatever that is divided.
            using Scalar least = 1e-30f;
            torch.Tensor divisor = Keep(Keep(mask.sum()).clamp_min(least));
            return Result(new Shape(1), Keep(sum.div(divisor)).view(1, 1));
        }

        int count = reduction switch
        {
            LossReduction.Sum => 1,
            LossReduction.MeanOverRows => rows,
            LossReduction.MeanOverCells or LossReduction.MeanOverMask => cells,
            _ => throw new ArgumentOutOfRangeException(nameof(reduction)),
        };
        using Scalar factor = count > 0 ? 1f / count : 0;
        return Result(new Shape(1), Keep(sum.mul(factor)).view(1, 1));
    }
}
