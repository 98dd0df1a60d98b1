using Microsoft.ML.Diffusion.Evaluation.Privacy;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Diffusion.Tensors;

namespace Microsoft.ML.Diffusion.Evaluation.Utility;

/// <summary>Test rows that are among the synthetic ones: models that learn from those have been told the answers.</summary>
internal sealed class ToldRows
{
    private const ulong Stream = 0x546F_6C64;

    // Where more of the rows repeat each other, an equal row among the synthetic ones may be one by chance.
    private const double NaturalRepeats = 0.01;

    private readonly int _tested;
    private readonly bool[] _isTold;

    /// <param name="test">The test rows.</param>
    /// <param name="real">The real rows that models learn from. A test row that is one of them as well tells nothing.</param>
    /// <param name="synthetic">The synthetic rows.</param>
    /// <param name="seed">Decides which synthetic rows are compared where there are more than real ones.</param>
    public ToldRows(RowList test, Table real, Table synthetic, ulong seed)
    {
        CopiedRows learnt = new(real), made = new(synthetic);
        _tested = test.Count;
        _isTold = [.. Enumerable.Range(0, test.Count).Select(row => test.IsIn(made, row) && !test.IsIn(learnt, row))];
        Count = _isTold.Count(isTold => isTold);
        if (Count > 0 && !AreMoreThanNatural(test, learnt, real, synthetic, seed))
        {
            Count = 0;
            _isTold.AsSpan().Clear();
        }
    }

    /// <summary>How many there are.</summary>
    public int Count { get; }

    /// <summary>The sentence that says so.</summary>
    public string Sentence => $"{Which}: models that learn from those know their labels, so that they are left out of the test.";

    /// <summary>Why the others can judge no model, a clause that follows "because"; null where they can, or there are no others.</summary>
    public string? WhyUndefined => Count > 0 && _tested - Count < TestLabels.FewestRows
        ? $"{Which}, whose labels models that learn from those know, and fewer than {TestLabels.FewestRows} others judge no model"
        : null;

    private string Which => $"{Count} of the {_tested} test rows {(Count == 1 ? "is" : "are")} among the synthetic rows";

    /// <summary>The test rows to judge by: without those that were told, unless too few would be left to compute anything.</summary>
    public RowList Without(RowList test) => WhyUndefined is null && Count > 0
        ? test.Pick([.. Enumerable.Range(0, test.Count).Where(row => !_isTold[row])])
        : test;

    // In a table of few categories fresh rows are equal to test rows too: as often as the real rows are, of as many.
    private static bool AreMoreThanNatural(RowList test, CopiedRows learnt, Table real, Table synthetic, ulong seed)
    {
        if (learnt.Repeated <= NaturalRepeats * real.RowCount)
            return true;
        CopiedRows sample = synthetic.RowCount <= real.RowCount
            ? new(synthetic)
            : new(synthetic.Take(RowSample.Of(synthetic.RowCount, real.RowCount, new Philox(seed, Stream))));
        int inMade = Enumerable.Range(0, test.Count).Count(row => test.IsIn(sample, row) && !test.IsIn(learnt, row));
        int inReal = Enumerable.Range(0, test.Count).Count(row => test.IsIn(learnt, row) && !test.IsIn(sample, row));
        return Chance.IsExceededBy(inMade, test.Count, inReal, test.Count);
    }
}
