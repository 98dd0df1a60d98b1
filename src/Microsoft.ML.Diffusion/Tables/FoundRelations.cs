using Microsoft.ML.Diffusion.Models.Relations;
using Microsoft.ML.Diffusion.Models.Tables;
using Microsoft.ML.Runtime;

namespace Microsoft.ML.Diffusion.Tables;

/// <summary>What holds between the columns of training rows, told to the log.</summary>
internal static class FoundRelations
{
    // Of a limited time, for the search.
    private const double Share = 0.15;

    /// <summary>Finds relations.</summary>
    /// <param name="table">The rows.</param>
    /// <param name="rules">Rules given by hand.</param>
    /// <param name="find">Whether others are looked for.</param>
    /// <param name="channel">Told of each.</param>
    /// <param name="most">The time for the whole training, of which a part may be spent; null for no limit.</param>
    /// <param name="cancel">Stops the search.</param>
    /// <exception cref="InvalidDataException">A rule cannot be read, or rows break it.</exception>
    public static RelationSet In(CompactTable table, string[] rules, bool find, IChannel channel, TimeSpan? most, CancellationToken cancel)
    {
        try
        {
            RelationSet relations = RelationSet.Find(table, rules, find, Share * most, cancel);
            foreach (Relation relation in relations.Relations)
                channel.Info(MessageSensitivity.Schema, "Relation: {0}", relation.Sentence);
            if (relations.IsCutOff)
            {
                channel.Warning(MessageSensitivity.None,
                    "The time limit ended the search for relations between columns: {0} were found and are kept, and others that hold " +
                    "may be broken; a longer limit finds more, and rules given by hand are always kept.", relations.Relations.Count);
            }

            return relations;
        }
        catch (FormatException unreadable)
        {
            throw new InvalidDataException(unreadable.Message, unreadable);
        }
    }
}
