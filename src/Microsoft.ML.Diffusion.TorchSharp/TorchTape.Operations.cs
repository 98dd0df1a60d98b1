using System.Numerics;
using System.Runtime.InteropServices;
using Microsoft.ML.Diffusion.Tensors;
using Scalar = TorchSharp.Scalar;

namespace Microsoft.ML.Diffusion.TorchSharp;

/// <content>The operations but the losses.</content>
internal sealed partial class TorchTape
{
    // A mask of more elements is drawn on the GPU itself: the host would take longer to draw and send it than the GPU for all the rest.
    private const int MostDrawnOnHost = 1 << 16;

    public override Tensor Linear(
        Tensor x,
        Parameter weight,
        Parameter? bias,
        Activation activation = Activation.None,
        Tensor? residual = null,
        Tensor? addend = null,
        float dropout = 0,
        Philox random = default)
    {
        Shape shape = CheckLinear(x, weight, bias, residual, addend, dropout);
        torch.Tensor y = Keep(bias is null ? Of(x).mm(Get(weight)) : Flat(bias).addmm(Of(x), Get(weight)));
        if (addend is not null)
            y = Keep(y.add(Of(addend)));
        y = Activate(y, activation);
        if (Training && dropout > 0)
            y = Drop(y, shape, dropout, random);
        if (residual is not null)
            y = Keep(y.add(Of(residual)));
        return new TorchTensor(this, shape, y);
    }

    public override Tensor Add(Tensor a, Tensor b)
    {
        CheckArithmetic(a, b);
        return Result(a.Shape, Of(a).add(Of(b)));
    }

    public override Tensor Subtract(Tensor a, Tensor b)
    {
        CheckArithmetic(a, b);
        return Result(a.Shape, Of(a).sub(Of(b)));
    }

    public override Tensor Multiply(Tensor a, Tensor b)
    {
        CheckArithmetic(a, b);
        return Result(a.Shape, Of(a).mul(Of(b)));
    }

    public override Tensor AddRepeated(Tensor x, Tensor rows, int run)
    {
        CheckAddRepeated(x, rows, run);
        torch.Tensor cycles = Keep(Of(x).reshape(-1, rows.Rows, run, x.Columns)), one = Keep(Of(rows).reshape(rows.Rows, 1, x.Columns));
        return Result(x.Shape, Keep(cycles.add(one)).view(x.Rows, x.Columns));
    }

    public override Tensor Scale(Tensor x, float factor)
    {
        using Scalar scalar = factor;
        torch.Tensor scaled = Of(x).mul(scalar);
        return Result(x.Shape, scaled);
    }

    public override Tensor Apply(Tensor x, Activation activation) =>
        activation == Activation.None ? Own(x) : new TorchTensor(this, x.Shape, Activate(Of(x), activation));

    public override Tensor LayerNorm(Tensor x, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        CheckNorm(x, gain, bias);
        return Result(x.Shape, torch.nn.functional.layer_norm(Of(x), [x.Columns], Flat(gain), Flat(bias), epsilon));
    }

    public override Tensor GroupNorm(Tensor x, int length, int groups, Parameter gain, Parameter bias, float epsilon = 1e-5f)
    {
        CheckGroupNorm(x, length, groups, gain, bias);
        torch.Tensor channels = Keep(Keep(Of(x).reshape(-1, length, x.Columns)).transpose(1, 2));
        torch.Tensor normal = Keep(torch.nn.functional.group_norm(channels, groups, Flat(gain), Flat(bias), epsilon));
        return Result(x.Shape, Keep(normal.transpose(1, 2)).reshape(x.Rows, x.Columns));
    }

    public override Tensor Unfold(Tensor x, int length, int kernel)
    {
        CheckUnfold(x, length, kernel);
        if (kernel == 1)
            return Own(x);
        torch.Tensor rows = Keep(Of(x).reshape(-1, length, x.Columns));
        torch.Tensor padded = Keep(torch.nn.functional.pad(rows, (0, 0, kernel / 2, kernel / 2)));
        torch.Tensor[] neighbors = [.. Enumerable.Range(0, kernel).Select(k => Keep(padded.narrow(1, k, length)))];
        return Result(x.Shape.WithColumns(kernel * x.Columns), Keep(torch.cat(neighbors, 2)).view(x.Rows, kernel * x.Columns));
    }

    public override Tensor Reshape(Tensor x, Shape shape)
    {
        CheckReshape(x, shape);
        return Result(shape, Of(x).reshape(shape.Rows, shape.Columns));
    }

    public override Tensor SwapRows(Tensor x, int outer, int inner)
    {
        CheckSwapRows(x, outer, inner);
        torch.Tensor swapped = Keep(Keep(Of(x).reshape(-1, outer, inner, x.Columns)).transpose(1, 2));
        return Result(x.Shape, swapped.reshape(x.Rows, x.Columns));
    }

    public override Tensor Attention(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf = false)
    {
        int rows = queryKeyValue.Rows, channels = queryKeyValue.Columns / 3;
        torch.Tensor weights = Weigh(queryKeyValue, tokens, heads, excludesSelf, out torch.Tensor value);
        torch.Tensor attended = Keep(weights.matmul(value));
        return Result(queryKeyValue.Shape.WithColumns(channels), Keep(attended.permute(0, 2, 1, 3)).reshape(rows, channels));
    }

    public override Tensor AttentionWeights(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf = false)
    {
        torch.Tensor weights = Weigh(queryKeyValue, tokens, heads, excludesSelf, out _);
        return Result(queryKeyValue.Shape.WithColumns(tokens), Keep(weights.mean([1])).reshape(queryKeyValue.Rows, tokens));
    }

    /// <summary>[rows, heads, tokens, tokens]: what values are weighed with.</summary>
    private torch.Tensor Weigh(Tensor queryKeyValue, int tokens, int heads, bool excludesSelf, out torch.Tensor value)
    {
        CheckAttention(queryKeyValue, tokens, heads);
        int width = queryKeyValue.Columns / 3 / heads;
        torch.Tensor all = Keep(Keep(Of(queryKeyValue).reshape(-1, tokens, 3, heads, width)).permute(2, 0, 3, 1, 4));
        torch.Tensor query = Keep(all.select(0, 0)), key = Keep(all.select(0, 1));
        value = Keep(all.select(0, 2));
        using Scalar scale = 1 / MathF.Sqrt(width), none = -1e30f;
        torch.Tensor scores = Keep(Keep(query.mul(scale)).matmul(Keep(key.transpose(-2, -1))));
        if (excludesSelf && tokens > 1)
            scores = Keep(scores.add(Keep(Keep(torch.eye(tokens, device: scores.device)).mul(none))));
        return Keep(scores.softmax(-1));
    }

    public override Tensor Gate(Tensor x)
    {
        CheckGate(x);
        int half = x.Columns / 2;
        torch.Tensor left = Keep(Keep(Of(x).narrow(1, 0, half)).sigmoid()), right = Keep(Keep(Of(x).narrow(1, half, half)).tanh());
        return Result(x.Shape.WithColumns(half), left.mul(right));
    }

    public override Tensor Dropout(Tensor x, float rate, Philox random, ulong firstDraw = 0)
    {
        CheckDropout(rate);
        return !Training || rate == 0 ? Own(x) : new TorchTensor(this, x.Shape, Drop(Of(x), x.Shape, rate, random, firstDraw));
    }

    public override Tensor Concat(params ReadOnlySpan<Tensor> parts)
    {
        Shape shape = CheckConcat(parts);
        torch.Tensor[] values = new torch.Tensor[parts.Length];
        for (int i = 0; i < parts.Length; i++)
            values[i] = Of(parts[i]);
        return Result(shape, torch.cat(values, 1));
    }

    public override Tensor Slice(Tensor x, int start, int length)
    {
        CheckSlice(x, start, length);
        return Result(x.Shape.WithColumns(length), Of(x).narrow(1, start, length));
    }

    public override Tensor Gather(Parameter table, ReadOnlySpan<int> codes)
    {
        CheckGather(table, codes);
        long[] rows = new long[codes.Length];
        for (int i = 0; i < rows.Length; i++)
            rows[i] = codes[i];
        torch.Tensor value = Get(table);
        if (table.Shape.Rank == 1)
            value = Keep(value.view(1, table.Shape.Columns));
        return Result(new Shape(codes.Length, table.Shape.Columns), value.index_select(0, Keep(TorchGroups.Index(rows, _engine.Device))));
    }

    public override Tensor SoftmaxGroups(Tensor x, ColumnGroups groups)
    {
        CheckGroups(x, groups);
        TorchGroups indices = _engine.IndicesOf(groups);
        torch.Tensor value = Of(x);
        torch.Tensor[] parts = [value, .. indices.Buckets.Select(bucket =>
            Keep(Keep(Gathered(value, bucket).softmax(-1)).view(x.Rows, bucket.Groups * bucket.Length)))];
        return Result(x.Shape, Keep(torch.cat(parts, 1)).index_select(1, indices.PlacesAfter(x.Columns)));
    }

    /// <summary>A parameter of one dimension as such.</summary>
    private torch.Tensor Flat(Parameter parameter)
    {
        torch.Tensor value = Get(parameter);
        return parameter.Shape.Rank == 1 ? value : Keep(value.reshape(parameter.Shape.Count));
    }

    /// <summary>[rows, groups, length]: the columns of the groups, with logits of nothing where a group is shorter.</summary>
    private torch.Tensor Gathered(torch.Tensor value, TorchGroups.Bucket bucket)
    {
        torch.Tensor columns = Keep(value.index_select(1, bucket.Columns));
        if (bucket.Nothing is not null)
            columns = Keep(columns.add(bucket.Nothing));
        return Keep(columns.view(-1, bucket.Groups, bucket.Length));
    }

    private torch.Tensor Activate(torch.Tensor x, Activation activation) => activation switch
    {
        Activation.None => x,
        Activation.ReLU => Keep(x.relu()),
        Activation.SiLU => Keep(x.silu()),
        Activation.Tanh => Keep(x.tanh()),
        Activation.Sigmoid => Keep(x.sigmoid()),
        Activation.GELU => Gelu(x),
        Activation.Decay => Keep(Keep(Keep(x.relu()).neg()).exp()),
        _ => throw new ArgumentOutOfRangeException(nameof(activation)),
    };

    /// <summary>The tanh form, which TorchSharp's own does not have in every version.</summary>
    private torch.Tensor Gelu(torch.Tensor x)
    {
        using Scalar cubic = 0.044715f, one = 1f, half = 0.5f, slope = MathF.Sqrt(2 / MathF.PI);
        torch.Tensor factor = Keep(Keep(Keep(x.mul(x)).mul(cubic)).add(one));
        torch.Tensor tanh = Keep(Keep(Keep(x.mul(factor)).mul(slope)).tanh());
        return Keep(Keep(x.mul(half)).mul(Keep(tanh.add(one))));
    }

    /// <summary>Drops out what the same random numbers drop on every engine: they are drawn on the host, but for large masks on a
    /// GPU.</summary>
    private torch.Tensor Drop(torch.Tensor x, Shape shape, float rate, Philox random, ulong firstDraw = 0)
    {
        if (IsOnGpu && shape.Count > MostDrawnOnHost)
            return Keep(x.mul(Keep(Keep(_engine.Masks.Draw(shape.Count, rate, random, firstDraw)).view(shape.Rows, shape.Columns))));
        var factors = (TorchTensor)Input(shape);
        Span<float> draws = factors.Data;
        random.FillUniform(draws, firstDraw);
        float kept = 1 / (1 - rate);
        Span<Vector<float>> vectors = MemoryMarshal.Cast<float, Vector<float>>(draws);
        var (limit, scale) = (new Vector<float>(rate), new Vector<float>(kept));
        foreach (ref Vector<float> vector in vectors)
            vector = Vector.ConditionalSelect(Vector.LessThan(vector, limit), Vector<float>.Zero, scale);
        foreach (ref float draw in draws[(vectors.Length * Vector<float>.Count)..])
            draw = draw < rate ? 0 : kept;
        return Keep(x.mul(factors.Value));
    }
}
