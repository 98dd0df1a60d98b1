using Microsoft.ML.Runtime;

namespace Microsoft.ML.Trainers;

// What a trainer has learned.
public abstract class ModelParametersBase<TOutput> : ICanSaveModel
{
    private protected readonly IHost Host;

    private protected ModelParametersBase(IHostEnvironment env, string name) => Host = env.Register(name);

    void ICanSaveModel.Save(ModelSaveContext ctx) => SaveCore(ctx);

    // Sets the version and writes the parameters; a static Create(IHostEnvironment, ModelLoadContext) reads them.
    private protected abstract void SaveCore(ModelSaveContext ctx);
}
