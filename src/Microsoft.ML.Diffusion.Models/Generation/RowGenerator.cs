using Microsoft.ML.Diffusion.Models.Prediction;
using Microsoft.ML.Diffusion.Models.Tables;

namespace Microsoft.ML.Diffusion.Models.Generation;

/// <summary>A trained network with what turns its predictions into rows of a table.</summary>
internal abstract class RowGenerator
{
    /// <summary>Whether the network runs on the tape of the workspace, whichever engine that is of.</summary>
    public virtual bool RunsOnAnyEngine => false;

    /// <summary>Refuses conditions that cannot be satisfied.</summary>
    /// <exception cref="ArgumentException">They cannot be.</exception>
    public abstract void RequireSatisfiable(GenerationConditions conditions);

    /// <summary>Fills the missing cells of some rows; see <see cref="TableGenerator.CompleteRows"/>.</summary>
    public abstract void Complete(
        Table table, int start, int count, GenerationConditions conditions, ulong seed, ulong firstId, Workspace workspace, CancellationToken cancel);

    /// <summary>Writes everything.</summary>
    public abstract void Save(BinaryWriter writer);

    /// <summary>Refuses more than fixed values.</summary>
    /// <param name="conditions">What is asked for.</param>
    /// <param name="method">Who knows no more, by name.</param>
    /// <exception cref="ArgumentException">There are ranges or missing cells.</exception>
    protected static void RequireFixedOnly(GenerationConditions conditions, string method)
    {
        if (conditions.Ranges.Count > 0 || conditions.MissingColumns.Count > 0 || conditions.KeepMissing)
            throw new ArgumentException($"{method} knows fixed values only, no ranges and no missing cells.", nameof(conditions));
    }
}
