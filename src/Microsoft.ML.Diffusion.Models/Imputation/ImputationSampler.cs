using Microsoft.ML.Diffusion.Models.Encoders;
using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Imputation;

/// <summary>What was trained, a network for example, with what turns its predictions into cells. Answers for a row do not depend on the
/// rows around it.</summary>
internal abstract class ImputationSampler
{
    /// <summary>Whose weighted mean the best single guess is; empty where it is that of one network.</summary>
    public virtual IReadOnlyList<BlendMember> Members => [];

    /// <summary>How the best single guess compares with others; empty where that was not measured.</summary>
    public virtual IReadOnlyList<ImputationScore> Scores => [];

    /// <summary>Whether the second form of <see cref="Expect(Span{float}, Span{CellUncertainty}, double, Workspace)"/> can be
    /// called.</summary>
    public virtual bool IsCalibrated => false;

    /// <summary>Whether <see cref="Draw"/> can be called.</summary>
    public virtual bool CanDraw => true;

    /// <summary>The numbers that draws have; null where they may have any.</summary>
    public virtual ObservedNumbers? DrawnNumbers => null;

    /// <summary>Replaces every NaN by the best single guess.</summary>
    /// <param name="cells">Encoded rows, row after row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="workspace">Memory for this thread.</param>
    /// <param name="cancel">Looked at before every step.</param>
    public abstract void Expect(Span<float> cells, int rows, Workspace workspace, CancellationToken cancel = default);

    /// <summary>Replaces every NaN by the best single guess, and tells the probabilities of the categories among which it chose.</summary>
    /// <param name="cells">Encoded rows, row after row.</param>
    /// <param name="rows">How many.</param>
    /// <param name="slots">Receives [rows, slots]: the probabilities in the slots of categories that were unknown; NaN where the sampler
    /// cannot tell.</param>
    /// <param name="workspace">Memory for this thread.</param>
    /// <param name="cancel">Looked at before every step.</param>
    public virtual void Expect(Span<float> cells, int rows, Span<float> slots, Workspace workspace, CancellationToken cancel = default)
    {
        Expect(cells, rows, workspace, cancel);
        slots.Fill(float.NaN);
    }

    /// <summary>Replaces every NaN of one row by the best single guess and tells how sure it is.</summary>
    /// <param name="cells">One encoded row.</param>
    /// <param name="uncertainties">Receives what is known of each cell that is replaced, in scaled units.</param>
    /// <param name="coverage">The share of intervals that are to hold the truth.</param>
    /// <param name="workspace">Memory for this thread.</param>
    public virtual void Expect(Span<float> cells, Span<CellUncertainty> uncertainties, double coverage, Workspace workspace) =>
        throw new NotSupportedException();

    /// <summary>Replaces every NaN by one joint draw.</summary>
    /// <param name="cells">Encoded rows, row after row.</param>
    /// <param name="rowIds">The id of each row.</param>
    /// <param name="seed">Seed of the random numbers.</param>
    /// <param name="draw">Which draw.</param>
    /// <param name="workspace">Memory for this thread.</param>
    /// <param name="cancel">Looked at before every step.</param>
    public abstract void Draw(Span<float> cells, ReadOnlySpan<ulong> rowIds, ulong seed, int draw, Workspace workspace, CancellationToken cancel = default);

    /// <summary>Writes everything but the encoder.</summary>
    public abstract void Save(BinaryWriter writer);
}
