//! Models that are trained and asked: hours to milliseconds of the processor, or of a card the call waits for.
//!
//! `sklearn.*()` is an instance of any class of the package, be it constructed or made by `from_pretrained`: the
//! packages give these names to methods that do the work, and to no others. Looked up in the sources of scikit-learn
//! 1.9.1, keras 3.15.1, transformers 5.23.0, sentence-transformers 6.2.0, lightgbm 4.7.0 and catboost 1.2.10.

use super::{Group, Kind, Wait};

const MODEL: Group = Group::new(Kind::Starvation, Wait::Cpu, "the packages' sources");
/// Not looked up: their wheels are too large to fetch for that.
const UNCHECKED: Group = Group { checked: false, ..MODEL };

const ESTIMATOR: &str = "fit fit_predict fit_transform partial_fit predict predict_proba predict_log_proba";
const NETWORK: &str = "fit evaluate predict train_on_batch test_on_batch predict_on_batch";

pub(super) const GROUPS: &[Group] = &[
    Group { on: "sklearn.*()", names: ESTIMATOR, ..MODEL },
    Group {
        on: "sklearn.model_selection",
        names: "cross_val_score cross_validate cross_val_predict",
        ..MODEL
    },
    Group { on: "lightgbm.*()", names: "fit predict predict_proba", ..MODEL },
    Group { on: "lightgbm", names: "train cv", ..MODEL },
    Group { on: "catboost.*()", names: "fit predict predict_proba", ..MODEL },
    Group { on: "catboost", names: "train cv", ..MODEL },
    Group { on: "xgboost.*()", names: "fit predict predict_proba", ..UNCHECKED },
    Group { on: "xgboost", names: "train cv", ..UNCHECKED },
    Group { on: "keras.*()", names: NETWORK, ..MODEL },
    Group { on: "keras.models", names: "load_model", ..MODEL },
    Group { on: "keras.saving", names: "load_model", ..MODEL },
    Group { on: "tensorflow.*()", names: NETWORK, ..UNCHECKED },
    Group { on: "tensorflow.keras.models", names: "load_model", ..UNCHECKED },
    Group { on: "transformers.*()", names: "generate", ..MODEL },
    Group { on: "transformers.pipeline()", names: "predict transform", ..MODEL },
    Group { on: "transformers", names: "pipeline pipeline()", ..MODEL },
    Group { on: "transformers.*", names: "from_pretrained", ..MODEL },
    Group { on: "sentence_transformers", names: "SentenceTransformer CrossEncoder SparseEncoder", ..MODEL },
    Group { on: "sentence_transformers.*()", names: "encode fit predict rank", ..MODEL },
    Group { on: "torch", names: "load", ..UNCHECKED },
    Group { on: "torch.jit", names: "load", ..UNCHECKED },
    Group { on: "torch.linalg", names: "svd eigh solve lstsq inv qr cholesky", ..UNCHECKED },
];
