using System.Collections.Concurrent;
using Microsoft.ML.Diffusion.Core.Training;
using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Persistence;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Models.Methods.Masked;

/// <summary>What is added to the logits of rows that are drawn, so that every token comes as often as among the training rows, two rare
/// values of columns of two values together as often, and pairs of categories that they do not have together no more often than in rows
/// that were not learnt from.</summary>
/// <remarks>Small errors of one column after another add up in whole rows. Rows are made, their tokens counted, and offsets of the logits
/// take back what is too much or too little; this is done a few times.</remarks>
internal sealed class DrawCorrections
{
    private const int Rounds = 3, PairRounds = 10, LastRounds = 2, MostRows = 16_384, FewestRows = 1024, RowsOfEach = 4, RowsAtOnce = 1024;

    // Rows times columns drawn one after another, at most, where that leaves enough rows.
    private const int MostPasses = 250_000;

    // So many rows more count as made as expected: a few rows too many or too few say nothing. Of tokens probabilities are counted.
    private const double PriorRows = 4, PriorOfToken = 1, PriorOfPair = 5;

    // A row with one code more has several pairs more, all of which push the same way: so each goes a part of its way at a time.
    private const double PairStep = 0.2;

    // The largest offset, and the least factor of the probability of unseen pairs, as logarithms.
    private const double MostOffset = 3, LeastFactor = -8;
    private const ulong Stream = 0x4472_6177;

    private readonly ColumnGroups _groups;
    private readonly float[] _offsets;
    private readonly SeenPairs? _pairs;
    private readonly float _factor;

    private DrawCorrections(ColumnGroups groups, float[] offsets, SeenPairs? pairs, float factor, PairOffsets? both) =>
        (_groups, _offsets, _pairs, _factor, Both) = (groups, offsets, pairs, factor, both);

    /// <summary>What is added where two columns of two values have their rarer ones; null for nothing.</summary>
    public PairOffsets? Both { get; }

    /// <summary>Finds them.</summary>
    /// <param name="sampler">Makes a sampler with corrections; called for several in turn.</param>
    /// <param name="tokenizer">The columns.</param>
    /// <param name="tokens">The training rows.</param>
    /// <param name="label">The label among the columns, which is left as it is drawn given all others; null for none.</param>
    /// <param name="deadline">When it is over, the rounds that were done count.</param>
    /// <param name="cancel">Stops the making of rows.</param>
    public static DrawCorrections Fit(
        Func<DrawCorrections, MaskedSampler> sampler, TableTokenizer tokenizer, int[] tokens, int? label, TrainingDeadline deadline,
        CancellationToken cancel)
    {
        var workspaces = new ConcurrentBag<Workspace>();
        try
        {
            return Fit(sampler, tokenizer, tokens, label, workspaces, deadline, cancel);
        }
        finally
        {
            foreach (Workspace workspace in workspaces)
                workspace.Dispose();
        }
    }

    private static DrawCorrections Fit(
        Func<DrawCorrections, MaskedSampler> sampler, TableTokenizer tokenizer, int[] tokens, int? label,
        ConcurrentBag<Workspace> workspaces, TrainingDeadline deadline, CancellationToken cancel)
    {
        int width = tokenizer.Encoded.Length;
        int rows = (int)Math.Clamp(Math.Min((long)RowsOfEach * tokens.Length / width, MostPasses / width), FewestRows, MostRows);
        double[] wanted = Shares(tokenizer, tokens);
        double[] offsets = new double[tokenizer.SlotCount];
        SeenPairs? pairs = SeenPairs.Of(tokenizer.Encoded, tokens);
        double factor = 0;
        PairOffsets? both = PairOffsets.Of(tokenizer.Encoded, tokens, label);
        double[] wantedBoth = both?.Shares(tokens) ?? [], ofBoth = new double[wantedBoth.Length];
        int rounds = both is null ? Rounds : PairRounds + LastRounds;
        var corrections = new DrawCorrections(tokenizer.Groups, new float[offsets.Length], pairs, 0, both);
        int[] made = new int[rows * width];
        for (int round = 0; round < rounds; round++)
        {
            MaskedSampler corrected = sampler(corrections);
            // Probabilities tell how often a token comes with less chance than the tokens that were drawn, above all where it is rare.
            double[] shares = new double[offsets.Length + ofBoth.Length];
            for (int first = 0; first < rows; first += RowsAtOnce)
            {
                if (deadline.IsOver)
                    return corrections;
                int count = Math.Min(RowsAtOnce, rows - first);
                corrected.MakeTokens(made, first, count, new Philox(Stream, (ulong)round).Bits(0), workspaces, cancel, shares);
            }
            for (int i = 0; i < offsets.Length; i++)
            {
                double step = Math.Log((rows * wanted[i] + PriorOfToken) / (shares[i] + PriorOfToken));
                offsets[i] = Math.Clamp(offsets[i] + step, -MostOffset, MostOffset);
            }
            for (int i = 0; i < ofBoth.Length && round < PairRounds; i++)
            {
                double step = PairStep * Math.Log((rows * wantedBoth[i] + PriorOfPair) / (shares[offsets.Length + i] + PriorOfPair));
                ofBoth[i] = Math.Clamp(ofBoth[i] + step, -MostOffset, MostOffset);
            }
            if (label is int last)
                offsets.AsSpan(tokenizer.Groups[last].Start, tokenizer.Encoded[last].Count).Clear();
            if (pairs is not null)
            {
                int unseen = 0;
                for (int row = 0; row < rows; row++)
                    unseen += pairs.IsNew(made.AsSpan(row * width, width)) ? 1 : 0;
                double step = Math.Log((rows * pairs.Expected + PriorRows) / (unseen + PriorRows));
                factor = Math.Clamp(factor + step, LeastFactor, 0);
            }
            corrections = new DrawCorrections(
                tokenizer.Groups, [.. offsets.Select(offset => (float)offset)], pairs, (float)factor, both?.With(ofBoth));
        }
        return corrections;
    }

    /// <summary>Corrects the logits of one column.</summary>
    /// <param name="column">The column that is drawn.</param>
    /// <param name="row">What is known of the row; negative where nothing is.</param>
    /// <param name="logits">One of each token.</param>
    public void Apply(int column, ReadOnlySpan<int> row, Span<float> logits)
    {
        int first = _groups[column].Start;
        for (int token = 0; token < logits.Length; token++)
            logits[token] += _offsets[first + token];
        if (_factor < 0)
            _pairs!.Add(column, row, _factor, logits);
        Both?.Add(column, row, logits);
    }

    public void Save(BinaryWriter writer)
    {
        writer.WriteArray(_offsets);
        writer.Write(_factor);
        if (_factor < 0)
            _pairs!.Save(writer);
        writer.Write(Both is not null);
        Both?.Save(writer);
    }

    /// <summary>Reads what <see cref="Save"/> wrote.</summary>
    public static DrawCorrections Load(BinaryReader reader, TableTokenizer tokenizer)
    {
        float[] offsets = reader.ReadFiniteSingles("offsets of tokens", tokenizer.SlotCount);
        float factor = reader.ReadSingle();
        CheckedReading.Require(factor is >= -100 and <= 0, "the factor of unseen pairs is impossible");
        SeenPairs? pairs = factor < 0 ? SeenPairs.Load(reader, tokenizer.Encoded) : null;
        PairOffsets? both = reader.ReadBoolean() ? PairOffsets.Load(reader, tokenizer.Encoded) : null;
        return new DrawCorrections(tokenizer.Groups, offsets, pairs, factor, both);
    }

    // Of all rows in which the column's token is known, the share that has each token.
    private static double[] Shares(TableTokenizer tokenizer, int[] tokens)
    {
        int width = tokenizer.Encoded.Length;
        double[] shares = new double[tokenizer.SlotCount];
        for (int i = 0; i < width; i++)
        {
            int first = tokenizer.Groups[i].Start, known = 0;
            for (int cell = i; cell < tokens.Length; cell += width)
            {
                if (tokens[cell] < 0)
                    continue;
                shares[first + tokens[cell]]++;
                known++;
            }
            foreach (ref double share in shares.AsSpan(first, tokenizer.Encoded[i].Count))
                share /= Math.Max(1, known);
        }
        return shares;
    }
}
